import type { Message } from "janode";
import type { SeatId } from "#protocol/call";
import type { SeatStats } from "../ports.ts";
import type { JanusSeat } from "./seat.ts";
import { between, type Sums, sumsOf } from "./stats.ts";

/** So many handles are asked about at a time. */
const AT_ONCE = 8;

/** Measures seats: each reading tells of the time since the one before. */
export class Meter {
  private before = new Map<number, Sums>();

  constructor(private readonly info: (handle: number) => Promise<Message>) {}

  async read(seats: readonly JanusSeat[]): Promise<Map<SeatId, SeatStats>> {
    const now = new Map<number, Sums>();
    const read = new Map<SeatId, SeatStats>();
    const queue = [...seats];
    const work = async () => {
      for (let seat = queue.shift(); seat; seat = queue.shift()) {
        const send = await this.sums(seat.publisher.plugId, now);
        if (!send) continue;
        const receive = await this.sums(seat.subscriber.plugId, now);
        read.set(seat.id, between(this.was(seat.publisher.plugId), send, this.was(seat.subscriber.plugId), receive));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.before = now;
    return read;
  }

  private was(handle: number | undefined): Sums | undefined {
    return handle === undefined ? undefined : this.before.get(handle);
  }

  /** Nothing where the handle has just gone. */
  private async sums(handle: number | undefined, now: Map<number, Sums>): Promise<Sums | undefined> {
    if (handle === undefined) return undefined;
    const info = await this.info(handle).catch((error: Error) => {
      if (/^\d+ /.test(error.message)) return undefined;
      throw error;
    });
    if (!info) return undefined;
    const sums = sumsOf(info, performance.now());
    now.set(handle, sums);
    return sums;
  }
}
