import { STAMP_TICKS, type Stamp, stampOf } from "#protocol/stamp";

/** Milliseconds since 1970. Passed in wherever logic depends on time, so that a test can hold it still. */
export type Now = () => number;

const FIVE_MINUTES = 5 * 60_000;

/**
 * Hybrid logical clock: stamps of one node only grow, stay near its wall clock, and are above every stamp it has seen.
 * A stamp more than five minutes ahead is never followed: one province with a wrong clock must not drag the others.
 */
export class HybridClock {
  private last: Stamp = 0;
  constructor(
    private readonly now: Now,
    private readonly onAhead: (aheadMs: number) => void = () => {},
  ) {}

  /** Milliseconds since 1970, as this machine has them. */
  wall(): number {
    return this.now();
  }

  next(): Stamp {
    this.last = Math.max(this.last + 1, stampOf(this.now()));
    return this.last;
  }

  /** Milliseconds until a stamp is no more than five minutes ahead of the wall clock; 0 where it is not. */
  aheadOf(stamp: Stamp): number {
    return Math.max(0, stamp - stampOf(this.now() + FIVE_MINUTES)) / STAMP_TICKS;
  }

  /** Hears of a stamp made elsewhere. */
  observe(stamp: Stamp): void {
    const ahead = this.aheadOf(stamp);
    if (ahead > 0) this.onAhead(ahead + FIVE_MINUTES);
    else if (stamp > this.last) this.last = stamp;
  }

  /** Hears of a stamp that this very node once gave: it is never undercut, however far ahead it stands. */
  restore(stamp: Stamp): void {
    if (stamp > this.last) this.last = stamp;
  }
}
