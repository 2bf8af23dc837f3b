import type { CallId, SeatId, Track } from "#protocol/call";
import { away, over } from "./janus/refusals.ts";
import type { Feed, FeedWant, GatewaySeat, Offer, SeatEvent } from "./ports.ts";
import type { Answers, Ask } from "./remote-gateway-message.ts";

/** What a seat needs of the way to its gateway. */
interface Way {
  /** @throws AppError wait while there is none */
  ask<A extends Ask>(ask: A): Promise<Answers[A["do"]]>;
  /** Asked until it has been done; settles at the latest after some seconds, and never fails. */
  insist(ask: Ask): Promise<void>;
  left(seat: RemoteSeat): void;
}

/** One of our seats on another province's gateway. What it asks is asked one after the other. */
export class RemoteSeat implements GatewaySeat {
  private tail: Promise<unknown> = Promise.resolve();
  private isOver = false;

  constructor(
    private readonly way: Way,
    readonly call: CallId,
    readonly id: SeatId,
    readonly life: number,
    private readonly listener: (event: SeatEvent) => void,
  ) {}

  publish(sdp: string, tracks: readonly { mid: string; track: Track }[]): Promise<{ sdp: string; feed: Feed }> {
    return this.ask({ do: "publish", sdp, tracks: [...tracks], ...this.name });
  }

  want(feeds: readonly FeedWant[]): Promise<Offer | null> {
    return this.ask({ do: "want", feeds: [...feeds], ...this.name });
  }

  async answer(sdp: string): Promise<void> {
    await this.ask({ do: "answer", sdp, ...this.name });
  }

  async mute(mid: string, on: boolean): Promise<void> {
    await this.ask({ do: "mute", mid, on, ...this.name });
  }

  async leave(): Promise<void> {
    if (this.isOver) return;
    this.end();
    await this.way.insist({ do: "leave", ...this.name });
  }

  hear(event: SeatEvent): void {
    if (!this.isOver) this.listener(event);
  }

  /** It is over here, whatever the far gateway still has of it. */
  end(): void {
    this.isOver = true;
    this.way.left(this);
  }

  private get name() {
    return { call: this.call, seat: this.id, life: this.life };
  }

  private ask<A extends Ask>(ask: A): Promise<Answers[A["do"]]> {
    const turn = this.tail.then(() => {
      if (this.isOver) throw over();
      return this.way.ask(ask);
    });
    this.tail = turn.catch(() => {});
    return turn.catch((error) => {
      // What became of it while it waited is not for the browser to mend.
      throw this.isOver ? over() : (error ?? away());
    });
  }
}
