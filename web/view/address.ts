import type { EventId, RoomId } from "#protocol/ids";

export type Panel = "info" | "detail" | "new" | "settings" | "plan" | "admin" | "security" | "contacts";

/** Where the reader is. It lives in the address after `#`, so the back button of a phone does what one expects. */
export interface Route {
  room: RoomId | null;
  panel: Panel | null;
  event: EventId | null;
}

const PANELS: readonly string[] = ["info", "detail", "new", "settings", "plan", "admin", "security", "contacts"];

export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#?\/?/, "").split("/");
  const room = parts[0] === "r" && parts[1] ? parts[1] : null;
  const [panel, event] = room ? parts.slice(2) : parts;
  return {
    room,
    panel: panel && PANELS.includes(panel) ? (panel as Panel) : null,
    event: event || null,
  };
}

export function showRoute(route: Route): string {
  const parts = route.room ? ["r", route.room] : [];
  if (route.panel) parts.push(route.panel);
  if (route.panel && route.event) parts.push(route.event);
  return `#/${parts.join("/")}`;
}
