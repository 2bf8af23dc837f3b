import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { Now } from "../domain/clock.ts";
import { dayOf } from "../domain/day-limits.ts";
import { AppError } from "../domain/error.ts";
import type { Store } from "../domain/ports.ts";

/** People with whom somebody shares nothing and whose cards they may see within a day: far more than work asks for. */
export const STRANGERS_A_DAY = 600;
/** Whose day is held in memory; the least lately begun is read again when it is needed. */
const MOST = 20_000;

/**
 * A directory is looked up person by person, and not taken home: each reader has so many strangers a day. Whom they saw is
 * kept in the store, so that a restart gives nobody a new day.
 */
export class LookingUp {
  private readonly days = new Map<PersonId, { day: number; seen: Set<PersonId> }>();

  constructor(
    private readonly store: Store,
    private readonly now: Now,
    private readonly onError: (error: unknown) => void,
    private readonly most = STRANGERS_A_DAY,
  ) {}

  /** Counts those who were not seen today. @throws AppError wait, and none is counted, where it is too many */
  see(reader: PersonId, strangers: Iterable<PersonId>): void {
    const now = this.now();
    const { day, ends } = dayOf(now);
    const seen = this.seen(reader, day);
    const fresh = new Set([...strangers].filter((id) => !seen.has(id)));
    if (fresh.size === 0) return;
    if (seen.size + fresh.size > this.most)
      throw new AppError("wait", `You have looked up ${this.most} people today, which is as many as a day allows.`, {
        retryAfter: ends - now,
      });
    for (const id of fresh) seen.add(id);
    this.store
      .write(DIRECTORY_ROOM, (tx) => {
        for (const id of fresh) tx.sawToday(day, reader, id);
      })
      .catch(this.onError);
  }

  private seen(reader: PersonId, day: number): Set<PersonId> {
    const known = this.days.get(reader);
    if (known?.day === day) return known.seen;
    const seen = new Set(this.store.seenOn(day, reader));
    this.days.delete(reader);
    if (this.days.size >= MOST) this.days.delete(this.days.keys().next().value as PersonId);
    this.days.set(reader, { day, seen });
    return seen;
  }
}
