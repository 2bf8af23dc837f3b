/** The signs of calls, drawn as those of the house are; they come with the calls and not with the first screen. */
const PATHS = {
  phone: "M5 4h4l1.5 5L8 10.5a11 11 0 005.5 5.5l1.5-2.5 5 1.5v4a1 1 0 01-1 1A15 15 0 014 5a1 1 0 011-1z",
  missed:
    "M5 4h4l1.5 5L8 10.5a11 11 0 005.5 5.5l1.5-2.5 5 1.5v4a1 1 0 01-1 1A15 15 0 014 5a1 1 0 011-1zM15 4l5 5M20 4l-5 5",
  camera: "M3 7h12v10H3zM15 11l6-3.5v9L15 13",
  cameraOff: "M8 7h7v6M15 11l6-3.5v9l-4-2.3M13.5 17H3V7M4 3l16 18",
  mic: "M12 3a3 3 0 00-3 3v5a3 3 0 006 0V6a3 3 0 00-3-3zM6 11a6 6 0 0012 0M12 17v4",
  micOff: "M9 9v2a3 3 0 005 2.2M15 11V6a3 3 0 00-5.8-1.1M6 11a6 6 0 0010 4.4M18 11v.5M12 17v4M4 3l16 18",
  screen: "M3 5h18v11H3zM8 20h8M12 13V8M9.5 10.5L12 8l2.5 2.5",
  hand: "M8 13V6.5a1.5 1.5 0 013 0V11M11 10.5v-6a1.5 1.5 0 013 0v6M14 10.5V6a1.5 1.5 0 013 0v8a6 6 0 01-6 6c-2.6 0-4-1.2-5.2-3.2L4 13.4a1.4 1.4 0 012.4-1.5L8 14",
  smile: "M12 3a9 9 0 100 18 9 9 0 000-18zM8.5 14a4 4 0 007 0M9 9.5v.1M15 9.5v.1",
  people:
    "M9 11a3.2 3.2 0 100-6.4A3.2 3.2 0 009 11zM3 19c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5M16 5a3 3 0 010 6M17 13.8c2.3.6 4 2.5 4 5.2",
  open: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 016.6-1.6",
  more: "M5 12v.1M12 12v.1M19 12v.1",
  grid: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  large: "M4 4h16v10H4zM4 17h4v3H4zM10 17h4v3h-4zM16 17h4v3h-4z",
  record: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 9a3 3 0 100 6 3 3 0 000-6z",
  flip: "M4 9a8 8 0 0114-3l2 2M20 15a8 8 0 01-14 3l-2-2M20 4v4h-4M4 20v-4h4",
  saver: "M5 19C5 10 10 5 20 5c0 10-5 14-12 14M5 19c2-5 5-7 9-9",
  fold: "M6 9l6 6 6-6",
  next: "M9 5l7 7-7 7",
  devices: "M4 10v4h3l5 4V6L7 10H4zM16 9a4.5 4.5 0 010 6M18.5 6.5a8 8 0 010 11",
  pinned: "M9 4h6l-1 6 3 3H7l3-3-1-6zM12 13v7",
};

export type CallSign = keyof typeof PATHS;

export function Sign({ sign, flip }: { sign: CallSign; flip?: boolean }) {
  return (
    <svg class={`icon s-${sign}${flip ? " flip" : ""}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[sign]} />
    </svg>
  );
}
