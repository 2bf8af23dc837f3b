import { useEffect } from "preact/hooks";
import type { Face } from "../../call/contract.ts";
import { useDesk } from "./desk.ts";
import type { Want } from "./layout.ts";

/** Asks for the pictures that are drawn now, and for no others; asks anew only when they change. */
export function useWants(wants: Want[]): void {
  const { call } = useDesk();
  const asked = JSON.stringify(wants);
  useEffect(() => call.show(wants), [asked]);
}

/** Those whose track can be shown: it is sent, and not by oneself. */
export const wantOf = (face: Face, track: "camera" | "screen", size: Want["size"]): Want[] =>
  !face.mine && face.on.has(track) && face.state === "in" ? [{ seat: face.seat, track, size }] : [];
