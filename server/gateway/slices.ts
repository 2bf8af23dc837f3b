/** Requests that are begun in one turn of the event loop: about a millisecond of work. */
const PER_TURN = 8;
const MOST_WAITING = 20_000;

/**
 * Gives way between requests: thousands that arrive in one moment would otherwise be worked off in one go, and everybody
 * inside would wait for the last of them.
 */
export class Slices {
  private readonly waiting: (() => void)[] = [];
  private begun = 0;
  private scheduled = false;

  /** Begins the work in this turn where there is room, in a later one where there is not; undefined where too many wait. */
  run<T>(work: () => T | Promise<T>): T | Promise<T> | undefined {
    this.schedule();
    if (this.begun < PER_TURN && this.waiting.length === 0) {
      this.begun++;
      return work();
    }
    if (this.waiting.length >= MOST_WAITING) return undefined;
    return new Promise((resolve, reject) => {
      this.waiting.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.turn());
  }

  private turn(): void {
    this.scheduled = false;
    const some = this.waiting.splice(0, PER_TURN);
    this.begun = some.length;
    if (some.length > 0) this.schedule();
    for (const begin of some) begin();
  }
}
