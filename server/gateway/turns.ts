import type { PersonId } from "#protocol/ids";
import type { Now } from "../domain/clock.ts";
import { Buckets, type Rate } from "./limits.ts";

/** What is measured within so many milliseconds is done in one piece; then others have their turn. */
const PIECE_MS = 2;
/** Nobody rests longer at a time: a debt is looked at again then. */
const LONGEST_REST_MS = 1_000;

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * The event loop, shared out. What a frame costs depends on what its words reach (rooms, people, marks), so it is
 * measured and not guessed: between frames that cost much the others have their turn, and who has used up their share,
 * on all their sockets together, rests until it has grown again. Nobody else waits for them.
 */
export class Turns {
  private readonly used: Buckets;

  constructor(rate: Rate, now: Now) {
    this.used = new Buckets(rate, now);
  }

  /** Settles when the person's next frame may be begun. */
  async rest(person: PersonId, ms: number, isOver: () => boolean): Promise<void> {
    this.used.spend(person, ms);
    await othersTurn();
    for (let owed = this.used.owed(person); owed > 0 && !isOver(); owed = this.used.owed(person))
      await Bun.sleep(Math.min(owed, LONGEST_REST_MS));
  }

  /** Does something for each of many, some milliseconds of it at a time, and counts them. */
  async inPieces<T>(
    person: PersonId,
    items: Iterable<T>,
    work: (item: T) => void,
    isOver: () => boolean,
  ): Promise<void> {
    let from = performance.now();
    for (const item of items) {
      const took = performance.now() - from;
      if (took > PIECE_MS) {
        await this.rest(person, took, isOver);
        if (isOver()) return;
        from = performance.now();
      }
      work(item);
    }
    this.used.spend(person, performance.now() - from);
  }
}
