import { MAX_SEATS } from "#protocol/call";
import type { PersonId } from "#protocol/ids";
import type { RoomKind } from "#protocol/room";
import type { Opening } from "./leg-state.ts";

export const RING_MS = 45_000;
/** A call that began so long ago does not ring where it is first heard of, however the clocks differ. */
const STALE_MS = 150_000;

interface Occasion {
  opening: Opening;
  room: RoomKind;
  members: readonly PersonId[];
  /** people who sit in the call, sat in it, or declined */
  settled: (person: PersonId) => boolean;
  /** milliseconds since 1970 at which this node first knew of the call, and now */
  known: number;
  now: number;
}

/** Whose devices ring now. A conference rings nobody; neither does what would ring a whole ministry. */
export function ringing({ opening, room, members, settled, known, now }: Occasion): PersonId[] {
  if (opening.kind !== "call" || room === "channel" || members.length > MAX_SEATS) return [];
  if (now - known >= RING_MS || now - opening.began >= STALE_MS) return [];
  return members.filter((person) => person !== opening.by && !settled(person)).sort();
}
