import { AppError } from "../domain/error.ts";

const MAX_WAITING = 16;

/** Does what is asked of one seat's media one after the other. */
export class Turns {
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** @throws AppError wait where too much is asked at once */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= MAX_WAITING) throw new AppError("wait", "Too much at once.", { retryAfter: 500 });
    return this.insist(work);
  }

  /** Done however much waits already: what is asked of a seat by others is not for its own client to hold up. */
  async insist<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++;
    const turn = this.tail.then(work);
    this.tail = turn.then(
      () => {},
      () => {},
    );
    try {
      return await turn;
    } finally {
      this.waiting--;
    }
  }
}
