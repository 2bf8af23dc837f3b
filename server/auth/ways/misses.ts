import type { Misses } from "../../domain/enrolment/ports.ts";

/** Wrong answers that a person has before waits begin. */
const FREE_MISSES = 10;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3600_000;

/**
 * One wrong answer more: from the tenth on nobody gets in as this person by PIN for half a minute, and twice as long
 * after each further one, up to an hour. Passkeys, recovery codes and devices that are inside are not held up, so
 * whoever guesses on purpose locks nobody out of everything.
 */
export function oneMore(misses: Misses | undefined, now: number): Misses {
  const count = (misses?.count ?? 0) + 1;
  const wait = FIRST_WAIT_MS * 2 ** Math.min(count - FREE_MISSES, 20);
  return { count, until: count < FREE_MISSES ? 0 : now + Math.min(wait, LONGEST_WAIT_MS) };
}
