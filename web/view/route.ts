import { signal } from "@preact/signals";
import type { EventId, RoomId } from "#protocol/ids";
import { type Panel, parseRoute, type Route, showRoute } from "./address.ts";

/** What the address brought for coming in: an invitation's code, an older device's, a session of the ministry's account. */
export interface Brought {
  by: "join" | "link" | "oidc";
  code: string;
}
export const brought = signal<Brought | null>(null);

/** A code is taken out of the address at once: no history, no bookmark and no glance at the screen keeps it. */
function here(): Route {
  const [, by, code] = /^#\/(join|link|oidc)\/([^/]+)/.exec(location.hash) || [];
  if (code) {
    history.replaceState(null, "", "#/");
    brought.value = { by: by as Brought["by"], code: decodeURIComponent(code) };
  }
  return parseRoute(location.hash);
}

export const route = signal<Route>(here());

/** How many steps of ours lie behind this one: whether "back" stays inside. */
const depth = () => (history.state as { depth?: number } | null)?.depth ?? 0;

function follow(): void {
  route.value = here();
}
addEventListener("popstate", follow);
addEventListener("hashchange", follow);

export function go(to: Partial<Route>, replace = false): void {
  const next = { room: null, panel: null, event: null, ...to };
  const address = showRoute(next);
  if (address === location.hash) return;
  if (replace) history.replaceState({ depth: depth() }, "", address);
  else history.pushState({ depth: depth() + 1 }, "", address);
  follow();
}

/** One step up: by history when we came from there, so that nothing piles up, else by address. */
export function up(): void {
  if (depth() > 0) history.back();
  else go(route.value.panel ? { room: route.value.room } : {}, true);
}

export const openRoom = (room: RoomId): void => go({ room });
export const openPanel = (panel: Panel, event: EventId | null = null): void =>
  go({ room: route.value.room, panel, event });
