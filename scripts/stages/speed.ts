// How fast this machine is at the moment. Limits that guard against hanging grow with it.
import { createHash } from "node:crypto";

/** What the work below takes on a quiet machine of the kind that the limits were set on, in milliseconds. */
const QUIET_MS = 240;
/** Rounds: the best one counts, or one moment's stutter would make all patient. */
const ROUNDS = 3;

function work(): number {
  const from = performance.now();
  let text = "";
  for (let i = 0; i < 150; i++)
    text = createHash("sha256").update(text.repeat(200)).update(new Uint8Array(2_000_000)).digest("hex");
  const rows = Array.from({ length: 20_000 }, (_, i) => ({ id: `${text}${i}`, n: i }));
  JSON.parse(JSON.stringify(rows.sort((a, b) => (a.id < b.id ? -1 : 1))));
  return performance.now() - from;
}

/** @returns how many times slower than a quiet machine this one is, at least 1 */
export function measureSlowness(): number {
  const best = Math.min(...Array.from({ length: ROUNDS }, work));
  return Math.max(1, best / QUIET_MS);
}
