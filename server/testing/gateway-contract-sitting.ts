import { expect } from "bun:test";
import type { CallId, SeatId, Track } from "#protocol/call";
import { mintId, type Province, toHex } from "#protocol/ids";
import type { Feed, FeedWant, GatewaySeat, GatewayState, MediaGateway, Offer, SeatEvent } from "../conference/ports.ts";
import { until } from "./until.ts";

/** The browser's end of a seat. */
export interface Peer {
  /** Sends exactly these from now on. The mid of a track stays its own. */
  offer(tracks: readonly Track[]): Promise<{ sdp: string; tracks: { mid: string; track: Track }[] }>;
  accept(answer: string): Promise<void>;
  answer(offer: string): Promise<string>;
  /** What came so far, by mid of the receiving connection: packets of sound, frames of pictures. */
  received(): Promise<ReadonlyMap<string, number>>;
  /** Makes the microphone loud or silent. */
  speak(on: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface GatewayUnderTest {
  gateway: MediaGateway;
  host: string;
  peer(seat: SeatId): Promise<Peer>;
  /** Ends the process without a word. It comes back by itself. */
  kill(): Promise<void>;
  /** The process stands still for good. It is replaced by itself. */
  freeze(): Promise<void>;
  /** Cuts, and gives back, the connection over which the process is steered. */
  control(there: boolean): Promise<void>;
}

/** Gateways of `is` and `pb`, which reach each other. */
export interface GatewaysUnderTest {
  at(province: Province): GatewayUnderTest;
  close(): Promise<void>;
}

export async function untilState(gateway: MediaGateway, at: GatewayState["at"]): Promise<void> {
  await until(() => gateway.state().at === at, `gateway ${at}`);
}

/** One call with its seats. */
export class Sitting {
  readonly id: CallId = mintId(Date.now());
  private readonly seats: Sitter[] = [];

  constructor(private readonly gateways: GatewaysUnderTest) {}

  async seat(province: Province, as: { id: SeatId; life: number } = { id: seatId(), life: 1 }): Promise<Sitter> {
    const { gateway, peer } = this.gateways.at(province);
    const heard: SeatEvent[] = [];
    const at = await gateway.seat(this.id, as.id, as.life, (event) => heard.push(event));
    const sitter = new Sitter(as.id, as.life, at, heard, await peer(as.id));
    this.seats.push(sitter);
    return sitter;
  }

  /** A seat whose media has arrived. */
  async publishing(province: Province, tracks: readonly Track[], as?: { id: SeatId; life: number }): Promise<Sitter> {
    const sitter = await this.seat(province, as);
    await sitter.publish(tracks);
    await sitter.hears({ is: "media", side: "send", up: true });
    return sitter;
  }

  async close(): Promise<void> {
    for (const { at, peer } of this.seats) {
      await at.leave();
      await peer.close();
    }
    for (const province of ["is", "pb"]) await this.gateways.at(province).gateway.close(this.id);
  }
}

const seatId = (): SeatId => toHex(crypto.getRandomValues(new Uint8Array(8)));

/** One seat with its browser. */
class Sitter {
  feed: Feed | null = null;
  private last: Offer | null = null;
  private taken = 0;

  constructor(
    readonly id: SeatId,
    readonly life: number,
    readonly at: GatewaySeat,
    readonly heard: readonly SeatEvent[],
    readonly peer: Peer,
  ) {}

  async publish(tracks: readonly Track[]): Promise<Feed> {
    const offer = await this.peer.offer(tracks);
    const { sdp, feed } = await this.at.publish(offer.sdp, offer.tracks);
    await this.peer.accept(sdp);
    this.feed = feed;
    return feed;
  }

  /** What another wants in order to receive these tracks. */
  wants(feed: Feed, ...tracks: Track[]): FeedWant[] {
    return feed.streams
      .filter(({ track }) => tracks.includes(track))
      .map(({ mid }) => ({ seat: this.id, life: this.life, mid }));
  }

  all(...tracks: Track[]): FeedWant[] {
    return this.wants(this.feed as Feed, ...tracks);
  }

  mid(track: Track): string {
    return this.feed?.streams.find((stream) => stream.track === track)?.mid ?? "none";
  }

  async takes(offer: Offer | null): Promise<void> {
    expect(offer).not.toBeNull();
    this.last = offer as Offer;
    await this.at.answer(await this.peer.answer(this.last.sdp));
  }

  /** The next offer that the gateway makes by itself. */
  async offered(): Promise<Offer> {
    const offers = () => this.heard.flatMap((event) => (event.is === "offer" ? [event.offer] : []));
    await until(() => offers().length > this.taken, "an offer");
    return offers()[this.taken++] as Offer;
  }

  lines(): string[] {
    return (this.last?.feeds ?? []).map(({ seat, feedMid }) => `${seat} ${feedMid}`);
  }

  async hears(event: SeatEvent): Promise<void> {
    await until(() => this.heard.some((one) => Bun.deepEquals(one, event)), JSON.stringify(event));
  }

  /** Waits until more of it comes. */
  async receives(from: Sitter, track: Track): Promise<void> {
    const before = await this.count(from, track);
    await until(async () => (await this.count(from, track)) > before + 2, `${track} of ${from.id}`);
  }

  /** Waits until it stands still for a second. */
  async receivesNone(from: Sitter, track: Track): Promise<void> {
    let before = -1;
    await until(async () => {
      const now = await this.count(from, track);
      const still = now === before;
      before = now;
      if (!still) await Bun.sleep(700);
      return still;
    }, `no ${track}`);
  }

  private async count(from: Sitter, track: Track): Promise<number> {
    const line = this.last?.feeds.find(({ seat, feedMid }) => seat === from.id && feedMid === from.mid(track));
    return line ? ((await this.peer.received()).get(line.mid) ?? 0) : 0;
  }
}

export type { Sitter };
