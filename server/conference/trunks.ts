import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { Trunk, Trunks } from "./deciding.ts";
import type { CallMessage } from "./message.ts";
import type { Feed, MediaGateway, Peers } from "./ports.ts";
import { Inbound } from "./trunks-inbound.ts";
import { Lent } from "./trunks-lent.ts";
import { MAX_WANTS, NEWS_AT_ONCE, readTrunkBody, type TrunkBody, type TrunkWant } from "./trunks-message.ts";
import { Outbound } from "./trunks-outbound.ts";

/** How often what is wanted is said again while something of it is on its way, and when all flows; milliseconds. */
const REPEAT = 1_000;
const REPEAT_QUIET = 2_000;
/** A node's former life is remembered for so long after it was last heard. */
const FORGET = 15_000;
const TICK = 250;
/** Between two messages to one province that are not repetitions. */
const PAUSE = 40;

interface TrunkParts {
  province: Province;
  /** the gateway of a province as this node reaches it: its own, or a RemoteGateway */
  gateways(province: Province): MediaGateway | undefined;
  /** the address of a province's gateway, as the fleet's table has it (`media.host`); undefined where it names none */
  hostOf(province: Province): string | undefined;
  /** whether a province has seats of that call on our gateway (GatewayHost.hosts); absent: none ever has */
  hosts?(from: Province, call: CallId): boolean;
  /** whether there is such a feed in a call that this node knows of; absent: believed */
  knows?(trunk: Trunk): boolean;
  peers: Peers;
  /** milliseconds since 1970 */
  now(): number;
  /** a timer; the runtime's own where absent */
  later?(ms: number, work: () => void): void;
}

/** The last of each kind that was heard of one node's life. */
interface Heard {
  life: string;
  wants: number;
  news: number;
  at: number;
}

/**
 * Brings feeds across provinces. The side that wants says all that it wants, again and again; the side that sends makes
 * it so and says how far it is. What is lost on the way is in the next repetition, so nothing needs an answer of its own.
 */
export class CascadeTrunks implements Trunks {
  private readonly inbound: Inbound;
  private readonly outbound: Outbound;
  private readonly lent: Lent;
  private readonly life: string;
  private readonly listeners = new Set<(trunk: Trunk, feed: Feed | null) => void>();
  private readonly heard = new Map<Province, Heard>();
  /** what was last asked of each province, and what of it was answered */
  private readonly asking = new Map<Province, { n: number; answered: number; at: number }>();
  private readonly toAsk = new Set<Province>();
  private readonly toTell = new Set<Province>();
  private readonly ends: (() => void)[] = [];
  /** who has just been spoken to */
  private readonly resting = new Set<Province>();
  private count = 0;
  private flushing = false;

  constructor(private readonly parts: TrunkParts) {
    const { province, gateways, hostOf, hosts = () => false, knows = () => true, now } = parts;
    this.life = `${now().toString(36).padStart(9, "0")}-${crypto.randomUUID().slice(0, 8)}`;
    this.inbound = new Inbound({
      ...{ province, gateways, now },
      arrived: (trunk, feed, holders) => {
        this.lent.arrived(trunk, feed, holders);
        if (holders.has(province)) for (const listener of [...this.listeners]) listener(trunk, feed);
      },
      changed: (source) => this.soon(this.toAsk, source),
    });
    this.lent = new Lent({
      ...{ hosts, knows, now },
      need: (trunk, holder) => this.inbound.need(trunk, holder),
      release: (trunk, holder) => this.inbound.release(trunk, holder),
      changed: (by) => this.soon(this.toTell, by),
    });
    this.outbound = new Outbound({ province, gateways, hostOf, now, changed: (by) => this.soon(this.toTell, by) });
  }

  /** @param timers false where a test calls `tick` */
  start(timers = true): void {
    const { peers, province, gateways } = this.parts;
    this.ends.push(
      peers.listen((from, message) => {
        const { t, is, body } = (message ?? {}) as Partial<CallMessage & { body: unknown }>;
        if (t === "call" && is === "trunk") this.hear(from, readTrunkBody(body));
      }),
      peers.onLinks(() => {
        for (const source of this.inbound.sources()) this.soon(this.toAsk, source);
      }),
    );
    for (const one of [province, ...peers.links().map((link) => link.province)]) {
      const stop = gateways(one)?.onState(() => this.tick());
      if (stop) this.ends.push(stop);
    }
    if (!timers) return;
    const timer = setInterval(() => this.tick(), TICK);
    this.ends.push(() => clearInterval(timer));
  }

  stop(): void {
    for (const end of this.ends.splice(0)) end();
  }

  need(trunk: Trunk): void {
    this.inbound.need(trunk, this.parts.province);
  }

  release(trunk: Trunk): void {
    this.inbound.release(trunk, this.parts.province);
  }

  onArrived(listener: (trunk: Trunk, feed: Feed | null) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  published(call: CallId, feed: Feed, at: Province, to: readonly Province[]): void {
    this.outbound.published(call, feed, at, to);
  }

  unpublished(call: CallId, seat: SeatId): void {
    this.outbound.unpublished(call, seat);
  }

  /** Feeds that come here now. */
  get size(): number {
    return this.inbound.flowing;
  }

  /** Whether room is kept for a feed at this province's gateway. */
  holds(call: CallId, seat: SeatId): boolean {
    return this.inbound.holds(call, seat, this.parts.province);
  }

  tick(): void {
    const now = this.parts.now();
    this.inbound.tick();
    this.lent.tick();
    this.outbound.tick();
    for (const source of new Set([...this.inbound.sources(), ...this.asking.keys()])) {
      const asking = this.asking.get(source);
      const quiet = !this.inbound.waits(source) && asking && asking.answered >= asking.n;
      if (!asking || now - asking.at >= (quiet ? REPEAT_QUIET : REPEAT)) this.ask(source);
    }
  }

  private ask(source: Province): void {
    const wants = this.inbound.wants(source).slice(0, MAX_WANTS);
    const former = this.asking.get(source);
    if (wants.length === 0 && (!former || former.answered >= former.n) && !this.toAsk.has(source)) {
      this.asking.delete(source);
      return;
    }
    const n = ++this.count;
    this.asking.set(source, { n, answered: former?.answered ?? 0, at: this.parts.now() });
    this.send(source, { is: "wants", life: this.life, n, wants });
  }

  private tell(by: Province): void {
    const news = [...this.outbound.news(by), ...this.lent.news(by)];
    const n = this.heard.get(by)?.wants ?? 0;
    for (let i = 0; i === 0 || i < news.length; i += NEWS_AT_ONCE)
      this.send(by, { is: "news", life: this.life, n, m: ++this.count, news: news.slice(i, i + NEWS_AT_ONCE) });
  }

  private hear(from: Province, body: TrunkBody | undefined): void {
    if (!body) return;
    const now = this.parts.now();
    const known = this.heard.get(from);
    const stale = known && now - known.at >= FORGET;
    if (known && !stale && body.life < known.life) return;
    const same = known?.life === body.life;
    const heard = same ? known : { life: body.life, wants: 0, news: 0, at: now };
    heard.at = now;
    this.heard.set(from, heard);
    if (body.is === "wants") {
      if (body.n <= heard.wants) return;
      heard.wants = body.n;
      // What is wanted on our own gateway is for us to bring there; the rest is of our own seats.
      const isHere = ({ to }: TrunkWant) => to === this.parts.province && from !== this.parts.province;
      this.lent.want(from, body.wants.filter(isHere));
      this.outbound.want(
        from,
        // Only to its own gateway: no province has media sent to another one's ports.
        body.wants.filter((want) => want.to === from && want.home === this.parts.province),
      );
      this.soon(this.toTell, from);
    } else {
      if (body.m <= heard.news) return;
      heard.news = body.m;
      const asking = this.asking.get(from);
      if (asking) asking.answered = Math.max(asking.answered, body.n);
      this.inbound.hear(from, body.news);
    }
  }

  /** What comes together goes together, and no province is spoken to without pause: each message says all anew. */
  private soon(where: Set<Province>, province: Province): void {
    where.add(province);
    if (this.flushing) return;
    this.flushing = true;
    queueMicrotask(() => {
      this.flushing = false;
      for (const one of new Set([...this.toAsk, ...this.toTell])) if (!this.resting.has(one)) this.speak(one);
    });
  }

  private speak(to: Province): void {
    if (this.toAsk.has(to)) this.ask(to);
    if (this.toTell.delete(to)) this.tell(to);
    this.toAsk.delete(to);
    this.resting.add(to);
    const { later = (ms, work) => void setTimeout(work, ms) } = this.parts;
    later(PAUSE, () => {
      this.resting.delete(to);
      if (this.toAsk.has(to) || this.toTell.has(to)) this.speak(to);
    });
  }

  private send(to: Province, body: TrunkBody): void {
    if (to === this.parts.province) queueMicrotask(() => this.hear(to, body));
    else this.parts.peers.send(to, { t: "call", is: "trunk", body } satisfies CallMessage);
  }
}
