import type { PersonId } from "#protocol/ids";
import type { Now } from "../domain/clock.ts";
import { AppError } from "../domain/error.ts";
import { Buckets, type Rate } from "./limits.ts";

/**
 * Searching takes the event loop for as long as its words make it: among 50,000 people two milliseconds for a name and
 * sixty for words that everybody's post has. Each person, with all their devices, therefore has so much time for it, and
 * not so many searches; who has used it up waits, and nobody else does.
 */
export class Searching {
  private readonly spent: Buckets;

  constructor(
    rate: Rate,
    now: Now,
    /** milliseconds, of a clock that only goes on */
    private readonly timer: () => number = () => performance.now(),
  ) {
    this.spent = new Buckets(rate, now);
  }

  /** @throws AppError wait while the person has used up their time */
  do<T>(person: PersonId, work: () => T): T {
    const retryAfter = this.spent.owed(person);
    if (retryAfter > 0) throw new AppError("wait", "Too much was searched for. Try again in a moment.", { retryAfter });
    const from = this.timer();
    try {
      return work();
    } finally {
      this.spent.spend(person, this.timer() - from);
    }
  }
}
