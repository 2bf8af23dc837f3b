import type { CallOrder } from "#protocol/call-order";
import { type Judge, SKEW_MS } from "../domain/calls/judge.ts";

/** More orders than hosts give by hand within as long as one is fresh. */
const MAX_KEPT = 5_000;

/** Orders about one moment are carried out once: what a host ordered before is not done again at a time of somebody else's choice. */
export class Once {
  private readonly taken = new Map<string, number>();

  constructor(private readonly judge: Judge) {}

  /** False where it is not signed, not of now, or was taken before. @param now milliseconds since 1970 */
  take(order: CallOrder, now: number): boolean {
    // A signature can be written in two ways: an order is known by what it says.
    const name = JSON.stringify([order.device, order.at, order.act]);
    for (const [known, at] of this.taken) if (now - at > 2 * SKEW_MS) this.taken.delete(known);
    if (this.taken.has(name) || this.taken.size >= MAX_KEPT || !this.judge.isFresh(order, now)) return false;
    this.taken.set(name, now);
    return true;
  }
}
