import type { Section } from "./sections.ts";

/** Signs of the sections, on the same grid as those of the house. */
const PATHS: Record<Section | "out", string> = {
  overview: "M4 13h6V4H4zM14 20h6V11h-6zM4 20h6v-4H4zM14 8h6V4h-6z",
  people:
    "M9 11a3.2 3.2 0 100-6.4A3.2 3.2 0 009 11zM3 19c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5M16 5a3 3 0 010 6M17 13.8c2.3.6 4 2.5 4 5.2",
  import: "M12 4v11M7.5 10.5L12 15l4.5-4.5M4 19.5h16",
  units: "M12 4v5M5 20v-5h14v5M12 9v6M9.5 4h5v4h-5zM3 20h4M10 20h4M17 20h4",
  posts: "M4 9h16v11H4zM9 9V5h6v4M4 14h16",
  waves: "M3 9c3-3 6 3 9 0s6 3 9 0M3 15c3-3 6 3 9 0s6 3 9 0",
  invitations: "M4 6h16v12H4zM4 7l8 6 8-6",
  sessions: "M7 3h10v18H7zM11 18h2",
  reports: "M6 21V4h12l-3 4 3 4H6",
  orders: "M6 3h9l4 4v14H6zM9 12h7M9 16h5",
  grants: "M12 3l8 3v6c0 5-3.5 7.7-8 9-4.5-1.3-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5",
  tokens: "M8 9a4 4 0 100 8 4 4 0 000-8zM11.5 11L20 5M16.5 7.5l2.5 3",
  audit: "M5 4h14v16H5zM8.5 8.5h7M8.5 12h7M8.5 15.5h4",
  out: "M14 4h6v16h-6M10 8l-5 4 5 4M5 12h10",
};

export const Mark = ({ of }: { of: Section | "out" }) => (
  <svg class={`icon${of === "out" ? " flip" : ""}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={PATHS[of]} />
  </svg>
);
