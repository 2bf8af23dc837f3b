/** The signs of the house, drawn on a 24-unit grid with one stroke. */
const PATHS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  search: "M16 16l4.5 4.5M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13z",
  plus: "M12 5v14M5 12h14",
  info: "M12 11v6M12 7.5v.1M12 3a9 9 0 100 18 9 9 0 000-18z",
  send: "M4 12l16-8-5.5 16-3.5-6.5L4 12zM11 13.5L20 4",
  down: "M12 5v14M6 13l6 6 6-6",
  horn: "M4 10v4h3l8 5V5L7 10H4zM18.5 9.5a4 4 0 010 5",
  group:
    "M9 11a3.2 3.2 0 100-6.4A3.2 3.2 0 009 11zM3 19c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5M16 5a3 3 0 010 6M17 13.8c2.3.6 4 2.5 4 5.2",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
  cut: "M4.5 9.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5zM19.5 9.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5zM7 12h2.5M14.5 12H17M13.5 8l-3 8",
  chat: "M4 5h16v11H9l-5 4V5z",
  pin: "M12 21s7-6.5 7-11.5a7 7 0 10-14 0C5 14.5 12 21 12 21zM12 12a2.5 2.5 0 100-5 2.5 2.5 0 000 5z",
  check: "M5 12.5l4.5 4.5L19 7",
  waiting: "M12 4a8 8 0 100 16 8 8 0 000-16zM12 8v4.3l3 1.7",
  stored: "M5 12.5l4.5 4.5L19 7",
  crossed: "M2 12.5l4.5 4.5L16 7M11.5 16.5l.5.5L21.5 7",
  delivered: "M12 3a9 9 0 100 18 9 9 0 000-18zM8 12.3l2.8 2.8L16 9.5",
  read: "M8 12.3l2.8 2.8L16 9.5",
  refused: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 7.5v5.5M12 16.3v.1",
};

export type Sign = keyof typeof PATHS;

export function Icon({ sign, flip }: { sign: Sign; flip?: boolean }) {
  return (
    <svg class={`icon i-${sign}${flip ? " flip" : ""}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {sign === "read" && <circle cx="12" cy="12" r="10" />}
      <path d={PATHS[sign]} />
    </svg>
  );
}
