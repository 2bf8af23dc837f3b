import { type Origin, type PersonId, type Province, type RoomId, isId, isOrigin, isProvince } from "./ids.ts";

/**
 * A mark says how far a holder has come in one origin's part of a room. Only the largest n stands, so marks
 * merge in any order. `s` stored: the holder is a province, and every event up to n is on its disk.
 * `d` delivered to a device of the person; `r` read by the person.
 */
export interface Mark {
  room: RoomId;
  holder: PersonId | Province;
  kind: "s" | "d" | "r";
  origin: Origin;
  n: number;
}

export const isMark = (m: Partial<Mark> | null | undefined): m is Mark =>
  typeof m === "object" &&
  m !== null &&
  isId(m.room) &&
  isOrigin(m.origin) &&
  Number.isSafeInteger(m.n) &&
  (m.n as number) >= 0 &&
  (m.n as number) <= 0xffff_ffff &&
  (m.kind === "s" ? isProvince(m.holder) : (m.kind === "d" || m.kind === "r") && isId(m.holder));
