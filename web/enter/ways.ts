import type { Door } from "#protocol/enrol";
import type { Brought } from "../view/route.ts";
import { canPasskey } from "./can-passkey.ts";

export interface WayProps {
  way: Way;
  door: Door | null;
  /** what the address brought: a code, or an account's session */
  came: Brought | null;
  onCancel(): void;
}

export type Way = "code" | "passkey" | "pin" | "recovery" | "oidc" | "link";

const KEY = "beep.way";

/** Ways that can be used again: what this browser used last is what its person most likely uses next. */
const LASTING: readonly Way[] = ["passkey", "pin", "oidc"];

export function remember(way: Way): void {
  if (!LASTING.includes(way)) return;
  try {
    localStorage.setItem(KEY, way);
  } catch {
    // a browser that keeps nothing asks for the invitation first
  }
}

export function remembered(): Way {
  try {
    const way = localStorage.getItem(KEY) as Way;
    return LASTING.includes(way) && (way !== "passkey" || canPasskey()) ? way : "code";
  } catch {
    return "code";
  }
}

/** What a door offers to this browser. Before the door has answered: what every node takes. */
export function offered(door: Door | null): Way[] {
  const secret = door?.passkey || door?.pin;
  return [
    "code",
    ...(door?.passkey && canPasskey() ? (["passkey"] as const) : []),
    ...(door?.pin ? (["pin"] as const) : []),
    ...(door?.oidc ? (["oidc"] as const) : []),
    "link",
    ...(secret ? (["recovery"] as const) : []),
  ];
}
