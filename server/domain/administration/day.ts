import type { OrderAct } from "#protocol/order";

/** How far ahead the day of an order may lie, in milliseconds: two years, one of them a leap year. */
const MOST_AHEAD_MS = (365 + 366) * 24 * 3600_000;

/** The moment that an act waits for; undefined where it is done at once. */
export const dayAhead = (act: OrderAct, now: number): number | undefined =>
  act.do === "state" && act.from !== undefined && act.from > now ? act.from : undefined;

/** Within so long, in milliseconds, one administrator alone changes the state of MASS people. */
export const MASS_MS = 3600_000;

export const isTooFar = (act: OrderAct, now: number): boolean => (dayAhead(act, now) ?? now) > now + MOST_AHEAD_MS;
export const TOO_FAR = "The day of an order lies at most two years ahead.";
