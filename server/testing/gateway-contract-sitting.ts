import { expect } from "bun:test";
import type { CallId, SeatId, Track } from "#protocol/call";
import { mintId, type Province, toHex } from "#protocol/ids";
import type { Feed, FeedWant, GatewaySeat, GatewayState, MediaGateway, Offer, SeatEvent } from "../conference/ports.ts";

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

/** Waits for what may take a while on a busy machine. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`did not come: ${what}`);
    await Bun.sleep(25);
  }
}

/** Waits for a state and gives all that came until then. */
export async function untilState(gateway: MediaGateway, at: GatewayState["at"], ms = 15_000): Promise<void> {
  await until(`gateway ${at}`, () => gateway.state().at === at, ms);
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
    await until("an offer", () => offers().length > this.taken);
    return offers()[this.taken++] as Offer;
  }

  lines(): string[] {
    return (this.last?.feeds ?? []).map(({ seat, feedMid }) => `${seat} ${feedMid}`);
  }

  async hears(event: SeatEvent): Promise<void> {
    await until(JSON.stringify(event), () => this.heard.some((one) => Bun.deepEquals(one, event)));
  }

  /** Waits until more of it comes. */
  async receives(from: Sitter, track: Track): Promise<void> {
    const before = await this.count(from, track);
    await until(`${track} of ${from.id}`, async () => (await this.count(from, track)) > before + 2);
  }

  /** Waits until it stands still for a second. */
  async receivesNone(from: Sitter, track: Track, ms = 15_000): Promise<void> {
    let before = -1;
    await until(
      `no ${track}`,
      async () => {
        const now = await this.count(from, track);
        const still = now === before;
        before = now;
        if (!still) await Bun.sleep(700);
        return still;
      },
      ms,
    );
  }

  private async count(from: Sitter, track: Track): Promise<number> {
    const line = this.last?.feeds.find(({ seat, feedMid }) => seat === from.id && feedMid === from.mid(track));
    return line ? ((await this.peer.received()).get(line.mid) ?? 0) : 0;
  }
}

export type { Sitter };
