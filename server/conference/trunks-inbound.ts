import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { Trunk } from "./deciding.ts";
import type { Feed, GatewayState, MediaGateway } from "./ports.ts";
import type { TrunkNews, TrunkPort, TrunkWant } from "./trunks-message.ts";

/** How long a feed that nobody wants is kept: people page back and forth. Milliseconds, as all here. */
const GRACE = 4_000;
/** A source that says nothing for so long does not send either: it repeats itself every 2 seconds. */
const SILENCE = 6_000;
const RETRY = 500;

/** A feed's way here. */
type State =
  /** its streams are asked for */
  | { at: "wanted"; retryAt: number }
  /** the gateway makes room */
  | { at: "accepting"; rev: number; feed: Feed; on: number }
  /** its home is told where */
  | { at: "asked"; rev: number; feed: Feed; on: number; end: TrunkPort }
  | { at: "flowing"; rev: number; feed: Feed; on: number; end: TrunkPort }
  /** it is on another province's gateway, whose node brought it there for its own seats or for ours */
  | { at: "borrowed"; rev: number; feed: Feed }
  /** the gateway lets go of it */
  | { at: "ending" };

interface Entry {
  trunk: Trunk;
  state: State;
  /** provinces whose seats want it: ours, and those who have seats on our gateway */
  readonly holders: Set<Province>;
  /** since when there are none */
  released: number | undefined;
}

interface Parts {
  province: Province;
  gateways(province: Province): MediaGateway | undefined;
  now(): number;
  arrived(trunk: Trunk, feed: Feed | null, holders: ReadonlySet<Province>): void;
  /** what is asked of this province is no longer what it was */
  changed(source: Province): void;
}

/** The life of a gateway that holds what it was given; undefined where it holds nothing. */
export const lifeOf = (state: GatewayState | undefined): number | undefined =>
  state && state.at !== "down" ? state.life : undefined;

/**
 * Feeds of other provinces on their way to our gateway, each asked of its home; and those that our seats on another
 * province's gateway want there, asked of that province.
 */
export class Inbound {
  private readonly entries = new Map<string, Entry>();
  /** what is done at a gateway for one seat is done one after the other */
  private readonly queues = new Map<string, Promise<void>>();
  private readonly heardAt = new Map<Province, number>();

  constructor(private readonly parts: Parts) {}

  need(trunk: Trunk, holder: Province): void {
    const entry = this.entries.get(keyOf(trunk));
    if (!entry || entry.trunk.life < trunk.life || entry.trunk.home !== trunk.home) {
      if (entry) this.lose(entry);
      const state: State = { at: "wanted", retryAt: 0 };
      this.entries.set(keyOf(trunk), { trunk, state, holders: new Set([holder]), released: undefined });
      this.parts.changed(this.sourceOf(trunk));
      return;
    }
    if (entry.trunk.life > trunk.life) return;
    entry.holders.add(holder);
    entry.released = undefined;
    // Needed again while it is still asked for: the gateway that was to take it has just come back.
    if (entry.state.at === "ending" || entry.state.at === "wanted") {
      entry.state = { at: "wanted", retryAt: 0 };
      this.parts.changed(this.sourceOf(trunk));
    }
    const { state } = entry;
    // Not from within the call: who asks has not yet noted that it did.
    if (state.at === "flowing" || state.at === "borrowed")
      queueMicrotask(() => {
        if (entry.state === state && entry.holders.has(holder))
          this.parts.arrived(entry.trunk, state.feed, new Set([holder]));
      });
  }

  release(trunk: Trunk, holder: Province): void {
    const entry = this.entries.get(keyOf(trunk));
    if (entry?.trunk.life !== trunk.life || !entry.holders.delete(holder)) return;
    if (entry.holders.size === 0) entry.released = this.parts.now();
  }

  /** Whether the gateway of `to` keeps room for the seat's feed on our behalf. */
  holds(call: CallId, seat: SeatId, to: Province): boolean {
    const at = this.entries.get(keyOf({ call, seat, to }))?.state.at;
    return at === "accepting" || at === "asked" || at === "flowing";
  }

  get flowing(): number {
    return [...this.entries.values()].filter(({ state }) => state.at === "flowing").length;
  }

  /** Provinces of whom something is asked. */
  sources(): Set<Province> {
    return new Set([...this.entries.values()].map(({ trunk }) => this.sourceOf(trunk)));
  }

  /** All that is wanted of one province. */
  wants(source: Province): TrunkWant[] {
    const wants: TrunkWant[] = [];
    for (const { trunk, state } of this.entries.values()) {
      if (this.sourceOf(trunk) !== source || state.at === "ending") continue;
      wants.push({
        ...trunk,
        rev: state.at === "wanted" ? 0 : state.rev,
        end: state.at === "asked" || state.at === "flowing" ? state.end : null,
      });
    }
    return wants;
  }

  /** Whether anything of this province is still on its way. */
  waits(source: Province): boolean {
    return [...this.entries.values()].some(
      ({ trunk, state }) => this.sourceOf(trunk) === source && state.at !== "flowing" && state.at !== "borrowed",
    );
  }

  hear(source: Province, news: readonly TrunkNews[]): void {
    this.heardAt.set(source, this.parts.now());
    for (const one of news) {
      const entry = this.entries.get(keyOf(one));
      if (entry && this.sourceOf(entry.trunk) === source && entry.trunk.life === one.life) this.take(entry, one);
    }
  }

  /** Lets go of what is released for long enough, and of what a gateway or a source no longer holds. */
  tick(): void {
    const now = this.parts.now();
    for (const entry of this.entries.values()) {
      const { state, trunk, released } = entry;
      if (state.at === "ending") continue;
      if (released !== undefined && now - released >= GRACE) this.end(entry);
      else if (state.at === "asked" || state.at === "flowing" || state.at === "borrowed") {
        const life = lifeOf(this.parts.gateways(trunk.to)?.state());
        const alive = life !== undefined && (state.at === "borrowed" || life === state.on);
        if (!alive || now - (this.heardAt.get(this.sourceOf(trunk)) ?? 0) >= SILENCE) this.lose(entry);
      }
    }
  }

  /** Who is asked: the feed's home, or whose gateway it is wanted on. */
  private sourceOf({ home, to }: Trunk): Province {
    return to === this.parts.province ? home : to;
  }

  private take(entry: Entry, news: TrunkNews): void {
    const { state, trunk } = entry;
    const isOurs = trunk.to === this.parts.province;
    switch (news.is) {
      case "none":
        if (state.at === "asked" || state.at === "flowing" || state.at === "borrowed") this.lose(entry);
        return;
      case "streams":
        if (!isOurs || state.at === "ending" || (state.at === "wanted" && this.parts.now() < state.retryAt)) return;
        if (state.at !== "wanted" && news.rev <= state.rev) return;
        if (state.at !== "wanted") this.lose(entry);
        this.accept(entry, news.rev, { seat: news.seat, life: news.life, streams: news.streams });
        return;
      case "flowing":
        if (state.at !== "asked" || state.rev !== news.rev || state.end.port !== news.port) return;
        entry.state = { ...state, at: "flowing" };
        this.tell(entry, state.feed);
        return;
      case "there": {
        if (isOurs || state.at === "ending" || (state.at === "borrowed" && news.rev <= state.rev)) return;
        if (state.at === "borrowed") this.lose(entry);
        const feed = { seat: news.seat, life: news.life, streams: news.streams };
        entry.state = { at: "borrowed", rev: news.rev, feed };
        this.tell(entry, feed);
        this.parts.changed(this.sourceOf(trunk));
      }
    }
  }

  private tell({ trunk, holders }: Entry, feed: Feed | null): void {
    if (holders.size > 0) this.parts.arrived(trunk, feed, holders);
  }

  private accept(entry: Entry, rev: number, feed: Feed): void {
    const { call, to } = entry.trunk;
    const gateway = this.parts.gateways(to);
    const state = gateway?.state();
    if (!gateway || state?.at !== "up") {
      entry.state = { at: "wanted", retryAt: this.parts.now() + RETRY };
      return;
    }
    const accepting: State = { at: "accepting", rev, feed, on: state.life };
    entry.state = accepting;
    this.inTurn(keyOf(entry.trunk), async () => {
      if (entry.state !== accepting) return;
      const alive = () => lifeOf(gateway.state()) === accepting.on;
      const end = alive() ? await gateway.accept(call, feed).catch(() => undefined) : undefined;
      const mine = entry.state === accepting;
      if (end && mine && alive()) entry.state = { ...accepting, at: "asked", end };
      else {
        if (mine) entry.state = { at: "wanted", retryAt: this.parts.now() + RETRY };
        // Perhaps it was done and only the answer was lost.
        await gateway.drop(call, feed.seat);
      }
      this.parts.changed(this.sourceOf(entry.trunk));
    });
  }

  /** What the gateway had of it is over; it is wanted as before. */
  private lose(entry: Entry): void {
    const { state, trunk } = entry;
    if (state.at === "asked" || state.at === "flowing") this.drop(trunk, state.on);
    if (state.at === "ending") return;
    entry.state = { at: "wanted", retryAt: 0 };
    if (state.at === "flowing" || state.at === "borrowed") this.tell(entry, null);
    this.parts.changed(this.sourceOf(trunk));
  }

  private end(entry: Entry): void {
    const { state, trunk } = entry;
    entry.state = { at: "ending" };
    if (state.at === "asked" || state.at === "flowing") this.drop(trunk, state.on);
    this.inTurn(keyOf(trunk), async () => {
      if (entry.state.at === "ending" && this.entries.get(keyOf(trunk)) === entry) this.entries.delete(keyOf(trunk));
    });
    this.parts.changed(this.sourceOf(trunk));
  }

  /** A gateway that began anew holds nothing that could be dropped. */
  private drop({ call, seat, to, ...rest }: Trunk, on: number): void {
    this.inTurn(keyOf({ call, seat, to, ...rest }), async () => {
      const gateway = this.parts.gateways(to);
      if (gateway && lifeOf(gateway.state()) === on) await gateway.drop(call, seat);
    });
  }

  private inTurn(key: string, work: () => Promise<void>): void {
    const turn = (this.queues.get(key) ?? Promise.resolve()).then(work).finally(() => {
      if (this.queues.get(key) === turn) this.queues.delete(key);
    });
    this.queues.set(key, turn);
  }
}

const keyOf = ({ call, seat, to }: Pick<Trunk, "call" | "seat" | "to">) => `${to} ${call} ${seat}`;
