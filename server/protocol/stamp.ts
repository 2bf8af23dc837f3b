import type { Origin } from "./ids.ts";

/**
 * A hybrid logical clock reading (Kulkarni et al., 2014) as one safe integer: milliseconds since
 * 2020-01-01 times 4096, plus a counter. Fits 53 bits until 2089.
 */
export type Stamp = number;

export const STAMP_EPOCH = Date.UTC(2020, 0, 1);
export const STAMP_TICKS = 4096;

export const stampOf = (ms: number): Stamp => Math.max(0, Math.floor(ms) - STAMP_EPOCH) * STAMP_TICKS;
export const stampMs = (stamp: Stamp): number => Math.floor(stamp / STAMP_TICKS) + STAMP_EPOCH;

/** What decides an event's place in its room: equal on every replica. */
export interface Place {
  stamp: Stamp;
  origin: Origin;
  n: number;
}

/** The order of a room: by stamp, then origin, then n. */
export function comparePlace(a: Place, b: Place): number {
  if (a.stamp !== b.stamp) return a.stamp - b.stamp;
  if (a.origin !== b.origin) return a.origin < b.origin ? -1 : 1;
  return a.n - b.n;
}
