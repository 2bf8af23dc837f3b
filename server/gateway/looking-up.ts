import type { PersonId } from "#protocol/ids";
import type { Now } from "../domain/clock.ts";
import { AppError } from "../domain/error.ts";

const DAY_MS = 24 * 3600_000;
/** People with whom somebody shares nothing and whose cards they may see within a day: far more than work asks for. */
export const STRANGERS_A_DAY = 600;
/** Whose day is remembered; the least lately begun is forgotten first. */
const MOST = 20_000;

/** A directory is looked up person by person, and not taken home: each reader has so many strangers a day. */
export class LookingUp {
  private readonly days = new Map<PersonId, { until: number; seen: Set<PersonId> }>();

  constructor(
    private readonly now: Now,
    private readonly most = STRANGERS_A_DAY,
  ) {}

  /** Counts those who were not seen within the day. @throws AppError wait, and none is counted, where it is too many */
  see(reader: PersonId, strangers: Iterable<PersonId>): void {
    const now = this.now();
    const known = this.days.get(reader);
    const day = known && known.until > now ? known : { until: now + DAY_MS, seen: new Set<PersonId>() };
    const fresh = new Set([...strangers].filter((id) => !day.seen.has(id)));
    if (fresh.size === 0) return;
    if (day.seen.size + fresh.size > this.most)
      throw new AppError("wait", `You have looked up ${this.most} people today, which is as many as a day allows.`, {
        retryAfter: day.until - now,
      });
    for (const id of fresh) day.seen.add(id);
    if (day === known) return;
    this.days.delete(reader);
    if (this.days.size >= MOST) this.days.delete(this.days.keys().next().value as PersonId);
    this.days.set(reader, day);
  }
}
