import type { SeatId, Track } from "#protocol/call";
import type { Feed, FeedWant, GatewaySeat, Offer, SeatEvent } from "../ports.ts";
import type { Place } from "./place.ts";
import { Publisher } from "./publisher.ts";
import { over } from "./refusals.ts";
import { Subscriber } from "./subscriber.ts";

/** A seat on the gateway; each of its two connections is made when it is first needed. */
export class JanusSeat implements GatewaySeat {
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;
  private ended = false;

  constructor(
    /** @throws AppError wait while the gateway cannot be asked */
    private readonly present: () => unknown,
    private readonly gone: (seat: JanusSeat) => Promise<void>,
    place: Place,
    readonly id: SeatId,
    readonly life: number,
    hear: (event: SeatEvent) => void,
  ) {
    const told = (event: SeatEvent) => {
      if (!this.ended) hear(event);
    };
    this.publisher = new Publisher(place, id, life, told);
    this.subscriber = new Subscriber(place, told);
  }

  async publish(sdp: string, tracks: readonly { mid: string; track: Track }[]): Promise<{ sdp: string; feed: Feed }> {
    this.check();
    return this.publisher.publish(sdp, tracks);
  }

  async want(feeds: readonly FeedWant[]): Promise<Offer | null> {
    this.check();
    return this.subscriber.want(feeds);
  }

  async answer(sdp: string): Promise<void> {
    this.check();
    return this.subscriber.answer(sdp);
  }

  async mute(mid: string, on: boolean): Promise<void> {
    this.check();
    return this.publisher.mute(mid, on);
  }

  async leave(): Promise<void> {
    if (!this.ended) await this.gone(this);
  }

  /** Frees what it has. Never throws. */
  async end(): Promise<void> {
    this.ended = true;
    await Promise.all([this.publisher.leave(), this.subscriber.leave()]);
  }

  private check(): void {
    this.present();
    if (this.ended) throw over();
  }
}
