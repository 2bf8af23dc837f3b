import { MAX_FEEDS, MAX_VIDEOS, type Seat, type SeatId, type Want } from "#protocol/call";
import type { Ladder } from "./contract.ts";
import { inOrder, type Roster } from "./roster.ts";

/** Most microphones that are fetched at once: whoever spoke last goes first. */
export const MAX_VOICES = 40;

export interface Showing {
  seat: SeatId;
  track: "camera" | "screen";
  size: "small" | "middle" | "full";
}

interface Wishes {
  roster: Roster;
  own: SeatId;
  /** who spoke last, newest first */
  speakers: readonly SeatId[];
  /** most important first */
  shown: readonly Showing[];
  step: Ladder["step"];
  /** what cannot be read is not fetched: a receiver without a key asks for key frame after key frame */
  readable(seat: SeatId): boolean;
}

const LAYER = { small: 0, middle: 1, full: 2 } as const;

/** All that is to be received now. Voices first, then screens, their sound, then faces. */
export function wants({ roster, own, speakers, shown, step, readable }: Wishes): Want[] {
  const has = (seat: Seat | undefined, track: Want["track"]): seat is Seat =>
    seat !== undefined &&
    seat.id !== own &&
    seat.state !== "lobby" &&
    seat.on.includes(track) &&
    seat.sends.includes(track) &&
    readable(seat.id);
  const list: Want[] = [];
  const order = [...new Set([...speakers, ...inOrder(roster).map(({ id }) => id)])];
  for (const id of order)
    if (list.length < MAX_VOICES && has(roster.get(id), "mic")) list.push({ seat: id, track: "mic" });
  for (const id of order)
    if (list.length < MAX_FEEDS - MAX_VIDEOS && has(roster.get(id), "sound")) list.push({ seat: id, track: "sound" });
  if (step === "audio") return list;
  const seen = new Set<string>();
  for (const { seat, track, size } of [...shown].sort((a, b) => rank(a) - rank(b))) {
    const key = `${seat} ${track}`;
    if (seen.size >= MAX_VIDEOS || list.length >= MAX_FEEDS) break;
    if (seen.has(key) || !has(roster.get(seat), track)) continue;
    seen.add(key);
    // A screen is sent in one size: text that was made small cannot be read.
    list.push(track === "screen" ? { seat, track } : { seat, track, layer: step === "low" ? 0 : LAYER[size] });
  }
  return list;
}

const rank = ({ track }: Showing): number => (track === "screen" ? 0 : 1);
