import type { udp } from "bun";
import { type Province, toHex } from "#protocol/ids";
import type { FleetMedia } from "../fleet.ts";
import { decodeProbe, encodeProbe } from "./probe-datagram.ts";
import { WayMeter, type WayReading } from "./probe-meter.ts";

/** Five questions a second; milliseconds, as all here. */
const PERIOD = 200;
/** A turn that comes so late says that this node stood still. */
const LATE = 1_000;
/** A cookie is told again so often, and holds for so long at the one who answers. The first has so much time to arrive. */
const TELL = 2_000;
const FIRST = 1_000;
const HOLDS = 30_000;
/** A datagram that is refused in another one's stead is tried so often. */
const TRIES = 3;
/** Most questions of one province that are answered in a second. */
const RATE = 20;

interface ProberParts {
  /** IPv4 on which it listens, and its UDP port; 0 takes a free one */
  listen: { host: string; port: number };
  /** where the other provinces' probers are, by the fleet's table; undefined where it names none */
  mediaOf(province: Province): FleetMedia | undefined;
  /** whether that province's node is heard: without it no cookie can be agreed */
  isUp(province: Province): boolean;
  /** Tells a province the cookie under which we ask it, over the nodes' own channel; it may be lost. */
  tell(to: Province, cookie: string): void;
  /** milliseconds since 1970 */
  now(): number;
}

/** A way that is measured. */
interface Watched {
  cookie: string;
  meter: WayMeter;
  seq: number;
  since: number;
  toldAt: number;
}

/**
 * Measures the ways to other provinces' media addresses while a call needs them. Answers known provinces only: from the
 * address that the fleet's table names, under the cookie that its node told us, never more than was asked.
 */
export class Prober {
  /** kept when nobody watches: a way that was lossy must earn its trust again */
  private readonly ways = new Map<Province, Watched>();
  private watched: ReadonlySet<Province> = new Set();
  private readonly cookies = new Map<string, { from: Province; until: number; second: number; count: number }>();
  private socket: udp.Socket<"buffer"> | undefined;
  private timer: Timer | undefined;
  private turnAt = 0;

  constructor(private readonly parts: ProberParts) {}

  /** @throws where the port is taken or the address is not this machine's */
  async start(): Promise<void> {
    const { host, port } = this.parts.listen;
    this.socket = await Bun.udpSocket({
      hostname: host,
      port,
      socket: {
        data: (_socket, bytes, from, address) => this.take(bytes, from, address),
        // A datagram that could not be sent is one more that is lost.
        error: () => {},
      },
    });
    this.timer = setInterval(() => this.tick(), PERIOD);
  }

  stop(): void {
    clearInterval(this.timer);
    this.socket?.close();
    this.socket = undefined;
  }

  /** The port it listens on, once it does. */
  get port(): number | undefined {
    return this.socket?.port;
  }

  /** These ways are needed now, and no others. */
  watch(provinces: ReadonlySet<Province>): void {
    this.watched = provinces;
  }

  reading(to: Province): WayReading {
    const way = this.ways.get(to);
    return way ? way.meter.reading(this.parts.now()) : { state: "unknown", loss: null, rtt: null };
  }

  /** A province's node tells the cookie under which its prober asks ours. */
  hear(from: Province, cookie: unknown): void {
    if (typeof cookie !== "string" || !/^[0-9a-f]{32}$/.test(cookie)) return;
    const known = this.cookies.get(cookie);
    if (known && known.from !== from) return;
    for (const [other, { from: owner }] of this.cookies)
      if (owner === from && other !== cookie) this.cookies.delete(other);
    const until = this.parts.now() + HOLDS;
    if (known) known.until = until;
    else this.cookies.set(cookie, { from, until, second: 0, count: 0 });
  }

  private tick(): void {
    const now = this.parts.now();
    if (now - this.turnAt >= LATE) for (const { meter } of this.ways.values()) meter.forgive(this.turnAt);
    this.turnAt = now;
    for (const to of this.watched) {
      const media = this.parts.mediaOf(to);
      if (!media || !this.parts.isUp(to)) continue;
      const way = this.ways.get(to) ?? this.begin(to);
      if (now - way.toldAt >= (way.seq === 0 ? FIRST / 2 : TELL)) {
        way.toldAt = now;
        this.parts.tell(to, way.cookie);
      }
      if (now - way.since >= FIRST) this.ask(media, way, now);
    }
  }

  private begin(to: Province): Watched {
    const cookie = toHex(crypto.getRandomValues(new Uint8Array(16)));
    const way = { cookie, meter: new WayMeter(), seq: 0, since: this.parts.now(), toldAt: 0 };
    this.ways.set(to, way);
    return way;
  }

  private ask(media: FleetMedia, way: Watched, now: number): void {
    way.seq++;
    way.meter.asked(way.seq, now);
    this.send(encodeProbe({ is: "question", cookie: way.cookie, seq: way.seq }), media.probe, media.host);
  }

  /**
   * Where nobody listens at a port, the system says so with whatever is sent next, to whomever that is: this is sent again.
   * A datagram that cannot be sent for itself is one more that is lost.
   */
  private send(bytes: Uint8Array, port: number, address: string): void {
    for (let tries = 0; tries < TRIES; tries++)
      try {
        this.socket?.send(bytes, port, address);
        return;
      } catch {
        // another one's refusal, or the network is away
      }
  }

  private take(bytes: Uint8Array, port: number, address: string): void {
    const probe = decodeProbe(bytes);
    if (!probe) return;
    const { is, cookie, seq } = probe;
    if (is === "question") {
      if (this.mayAnswer(cookie, address)) this.send(encodeProbe({ is: "answer", cookie, seq }), port, address);
      return;
    }
    for (const [to, way] of this.ways)
      if (way.cookie === cookie && this.parts.mediaOf(to)?.host === address) way.meter.answered(seq, this.parts.now());
  }

  private mayAnswer(cookie: string, address: string): boolean {
    const known = this.cookies.get(cookie);
    const now = this.parts.now();
    if (!known || now >= known.until || this.parts.mediaOf(known.from)?.host !== address) return false;
    const second = Math.floor(now / 1000);
    if (known.second !== second) Object.assign(known, { second, count: 0 });
    known.count++;
    return known.count <= RATE;
  }
}
