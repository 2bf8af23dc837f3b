import type { Message } from "janode";
import type { SeatId } from "#protocol/call";
import type { Feed, FeedWant, StreamInfo, TrunkEnd } from "../ports.ts";
import type { PortRange } from "./config.ts";
import { Refused } from "./line.ts";
import { feedName, ID_EXISTS, type Place } from "./place.ts";
import { away, badDescription, told } from "./refusals.ts";
import { Turns } from "./turns.ts";

interface Arrival {
  feed: Feed;
  end: Omit<TrunkEnd, "host">;
  /** the kinds of its lines on the server, by their place: they stay as they were made */
  kinds: string[];
}

/**
 * Gives out ports for feeds of other gateways, round and round: which ones are free only the server can tell. It begins
 * somewhere: other gateways go on sending for a while to ports that a former node gave out, and a feed that came to
 * another one's port would be mixed into it.
 */
export class TrunkPorts {
  private at: number;

  constructor(private readonly range: PortRange) {
    this.at = range.from + Math.floor(Math.random() * (range.to - range.from + 1));
  }

  next(): number {
    const port = this.at;
    this.at = this.at >= this.range.to ? this.range.from : this.at + 1;
    return port;
  }
}

/** Feeds that come to a call from other gateways. */
export class Arrivals {
  private readonly held = new Map<SeatId, Arrival>();
  private readonly turns = new Turns();
  /** feeds that are being let in */
  private coming = 0;

  constructor(
    private readonly place: Place,
    private readonly host: string,
    private readonly ports: TrunkPorts,
  ) {}

  get isEmpty(): boolean {
    return this.held.size === 0 && this.coming === 0;
  }

  locate({ seat, life, mid }: FeedWant): { feed: string; mid: string } | undefined {
    const feed = this.held.get(seat)?.feed;
    const stream = feed?.life === life ? feed.streams.find((one) => one.mid === mid) : undefined;
    // The receiving server numbers the lines by their place, whatever the browser calls them.
    return stream && { feed: feedName(seat, life), mid: String(placeOf(stream)) };
  }

  /** @throws AppError fix where the other gateway's words make no feed, wait */
  accept(feed: Feed): Promise<Omit<TrunkEnd, "host">> {
    this.coming++;
    return this.turns
      .take(async () => {
        if (!feed.streams.every(isPlausible)) throw badDescription();
        const known = this.held.get(feed.seat);
        if (known?.feed.life === feed.life && fits(known.kinds, feed)) {
          await this.change(known, feed);
          return known.end;
        }
        if (known) await this.remove(known.feed);
        const end = await this.add(feed);
        this.held.set(feed.seat, { feed, end, kinds: kindsOf(linesOf(feed, [])) });
        return end;
      })
      .catch((error) => {
        throw told(error);
      })
      .finally(() => {
        this.coming--;
        this.place.changed();
      });
  }

  drop(seat: SeatId): Promise<void> {
    return this.turns.take(async () => {
      const known = this.held.get(seat);
      if (!known) return;
      await this.remove(known.feed).catch(() => {});
      this.place.changed();
    });
  }

  private async change(known: Arrival, feed: Feed): Promise<void> {
    if (Bun.deepEquals(known.feed, feed)) return;
    const streams = linesOf(feed, known.kinds);
    await this.place.ask({ request: "update_remote_publisher", id: feedName(feed.seat, feed.life), streams });
    known.feed = feed;
    known.kinds = kindsOf(streams);
  }

  private async remove({ seat, life }: Feed): Promise<void> {
    this.held.delete(seat);
    await this.place.ask({ request: "remove_remote_publisher", id: feedName(seat, life) }).catch((error) => {
      if (!(error instanceof Refused)) throw error;
    });
  }

  private async add(feed: Feed): Promise<Omit<TrunkEnd, "host">> {
    const id = feedName(feed.seat, feed.life);
    const key = this.place.canEncryptHop && feed.streams.some(({ detail }) => detail.srtp === true);
    const srtp = key ? { suite: 80 as const, key: randomKey() } : undefined;
    for (let tries = 0; tries < 40; tries++) {
      try {
        const { data } = await this.place.ask({
          request: "add_remote_publisher",
          id,
          iface: this.host,
          port: this.ports.next(),
          rtcp_port: this.ports.next(),
          streams: linesOf(feed, []),
          ...(srtp ? { srtp_suite: srtp.suite, srtp_crypto: srtp.key } : {}),
        });
        await this.settled(id);
        return { port: Number(data.port), rtcpPort: Number(data.rtcp_port), ...(srtp ? { srtp } : {}) };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.code === ID_EXISTS) await this.exorcise(id);
        else if (!/socket/.test(error.message)) throw error; // else the ports are taken: others may be free
      }
    }
    throw away(new Error("no free ports, or a ghost that stays"));
  }

  /** The server answers before it has the feed in its list: until then nobody can want it, and nothing removes it. */
  private async settled(id: string): Promise<void> {
    for (let tries = 0; tries < 50; tries++) {
      const { data } = await this.place.ask({ request: "listparticipants" });
      if ((data.participants as Message[]).some((one) => one.id === id)) return;
      await Bun.sleep(20);
    }
    throw away(new Error("a feed that was accepted did not come"));
  }

  /** Takes away what a gateway left behind that is no more. The server does it in its own time. */
  private async exorcise(id: string): Promise<void> {
    await this.place.ask({ request: "remove_remote_publisher", id }).catch((error) => {
      if (!(error instanceof Refused)) throw error;
    });
    await Bun.sleep(50);
  }
}

/** Most lines of a sending connection; what is told of them comes from another node. */
const MOST_LINES = 32;

const isPlausible = (stream: StreamInfo): boolean => {
  const place = placeOf(stream);
  const { type } = stream.detail;
  return Number.isInteger(place) && place >= 0 && place < MOST_LINES && (type === "audio" || type === "video");
};

const placeOf = ({ mid, detail }: StreamInfo): number => Number(detail.mindex ?? mid);

/** What of a detail the server understands. */
const KNOWN = new Set("type codec fec dtx stereo simulcast svc audiolevel_ext_id videoorient_ext_id".split(" "));

/**
 * One line for each place, at least as many as there are: those that the feed does not have (any more) carry nothing.
 * @param kinds of the lines that the server has
 */
function linesOf(feed: Feed, kinds: readonly string[]): Message[] {
  const count = Math.max(kinds.length, ...feed.streams.map((stream) => placeOf(stream) + 1));
  return Array.from({ length: count }, (_, mindex) => {
    const stream = feed.streams.find((one) => placeOf(one) === mindex);
    const named = { mid: String(mindex), mindex };
    if (!stream) {
      const type = kinds[mindex] ?? "audio";
      return { ...named, type, codec: type === "audio" ? "opus" : "vp8", disabled: true };
    }
    const details = Object.entries(stream.detail).filter(([name]) => KNOWN.has(name));
    return { ...named, disabled: false, ...Object.fromEntries(details) };
  });
}

const kindsOf = (lines: Message[]): string[] => lines.map(({ type }) => String(type));

/** Whether the server's lines can be used for it: no place has changed its kind. */
const fits = (kinds: readonly string[], feed: Feed): boolean =>
  feed.streams.every((stream) => (kinds[placeOf(stream)] ?? stream.detail.type) === stream.detail.type);

/** Master key and salt for AES_CM_128 (RFC 4568 section 6.1): 30 bytes. */
const randomKey = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(30))).toString("base64");
