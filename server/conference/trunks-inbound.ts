import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { Trunk } from "./deciding.ts";
import type { Feed, GatewayState, MediaGateway } from "./ports.ts";
import type { TrunkNews, TrunkPort, TrunkWant } from "./trunks-message.ts";

/** How long a feed that nobody wants is kept: people page back and forth. Milliseconds, as all here. */
const GRACE = 4_000;
/** A home that says nothing for so long does not send either: it repeats itself every 2 seconds. */
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
  /** the gateway lets go of it */
  | { at: "ending" };

interface Entry {
  trunk: Trunk;
  state: State;
  /** since when nobody wants it */
  released: number | undefined;
}

interface Parts {
  gateways(province: Province): MediaGateway | undefined;
  now(): number;
  arrived(trunk: Trunk, feed: Feed | null): void;
  /** what is asked of this home is no longer what it was */
  changed(home: Province): void;
}

/** The life of a gateway that holds what it was given; undefined where it holds nothing. */
export const lifeOf = (state: GatewayState | undefined): number | undefined =>
  state && state.at !== "down" ? state.life : undefined;

/** Feeds of other provinces on their way to a gateway here. */
export class Inbound {
  private readonly entries = new Map<string, Entry>();
  /** what is done at a gateway for one seat is done one after the other */
  private readonly queues = new Map<string, Promise<void>>();
  private readonly heardAt = new Map<Province, number>();

  constructor(private readonly parts: Parts) {}

  need(trunk: Trunk): void {
    const entry = this.entries.get(keyOf(trunk));
    if (!entry || entry.trunk.life < trunk.life || entry.trunk.home !== trunk.home) {
      if (entry) this.lose(entry);
      this.entries.set(keyOf(trunk), { trunk, state: { at: "wanted", retryAt: 0 }, released: undefined });
      this.parts.changed(trunk.home);
      return;
    }
    if (entry.trunk.life > trunk.life) return;
    entry.released = undefined;
    if (entry.state.at === "ending") {
      entry.state = { at: "wanted", retryAt: 0 };
      this.parts.changed(trunk.home);
    }
    const { state } = entry;
    // Not from within the call: who asks has not yet noted that it did.
    if (state.at === "flowing")
      queueMicrotask(() => entry.state === state && !entry.released && this.parts.arrived(trunk, state.feed));
  }

  release(trunk: Trunk): void {
    const entry = this.entries.get(keyOf(trunk));
    if (entry?.trunk.life === trunk.life) entry.released ??= this.parts.now();
  }

  /** Whether the gateway of `to` keeps room for the seat's feed on our behalf. */
  holds(call: CallId, seat: SeatId, to: Province): boolean {
    const at = this.entries.get(keyOf({ call, seat, to }))?.state.at;
    return at === "accepting" || at === "asked" || at === "flowing";
  }

  get flowing(): number {
    return [...this.entries.values()].filter(({ state }) => state.at === "flowing").length;
  }

  homes(): Set<Province> {
    return new Set([...this.entries.values()].map(({ trunk }) => trunk.home));
  }

  /** All that is wanted of one home. */
  wants(home: Province): TrunkWant[] {
    const wants: TrunkWant[] = [];
    for (const { trunk, state } of this.entries.values()) {
      if (trunk.home !== home || state.at === "ending") continue;
      const { call, seat, life, to } = trunk;
      wants.push({
        call,
        seat,
        life,
        to,
        rev: state.at === "wanted" ? 0 : state.rev,
        end: state.at === "asked" || state.at === "flowing" ? state.end : null,
      });
    }
    return wants;
  }

  /** Whether anything of this home is still on its way. */
  waits(home: Province): boolean {
    return [...this.entries.values()].some(({ trunk, state }) => trunk.home === home && state.at !== "flowing");
  }

  hear(home: Province, news: readonly TrunkNews[]): void {
    this.heardAt.set(home, this.parts.now());
    for (const one of news) {
      const entry = this.entries.get(keyOf(one));
      if (entry && entry.trunk.home === home && entry.trunk.life === one.life) this.take(entry, one);
    }
  }

  /** Lets go of what is released for long enough, and of what a gateway or a home no longer holds. */
  tick(): void {
    const now = this.parts.now();
    for (const entry of this.entries.values()) {
      const { state, trunk, released } = entry;
      if (state.at === "ending") continue;
      if (released !== undefined && now - released >= GRACE) this.end(entry);
      else if (state.at === "asked" || state.at === "flowing") {
        const alive = lifeOf(this.parts.gateways(trunk.to)?.state()) === state.on;
        if (!alive || now - (this.heardAt.get(trunk.home) ?? 0) >= SILENCE) this.lose(entry);
      }
    }
  }

  private take(entry: Entry, news: TrunkNews): void {
    const { state } = entry;
    switch (news.is) {
      case "none":
        if (state.at === "asked" || state.at === "flowing") this.lose(entry);
        return;
      case "streams":
        if (state.at === "ending" || (state.at === "wanted" && this.parts.now() < state.retryAt)) return;
        if (state.at !== "wanted" && news.rev <= state.rev) return;
        if (state.at !== "wanted") this.lose(entry);
        this.accept(entry, news.rev, { seat: news.seat, life: news.life, streams: news.streams });
        return;
      case "flowing":
        if (state.at !== "asked" || state.rev !== news.rev || state.end.port !== news.port) return;
        entry.state = { ...state, at: "flowing" };
        if (entry.released === undefined) this.parts.arrived(entry.trunk, state.feed);
    }
  }

  private accept(entry: Entry, rev: number, feed: Feed): void {
    const { call, to, home } = entry.trunk;
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
      this.parts.changed(home);
    });
  }

  /** What the gateway had of it is over; it is wanted as before. */
  private lose(entry: Entry): void {
    const { state, trunk } = entry;
    if (state.at === "asked" || state.at === "flowing") this.drop(trunk, state.on);
    if (state.at === "ending") return;
    entry.state = { at: "wanted", retryAt: 0 };
    if (state.at === "flowing" && entry.released === undefined) this.parts.arrived(trunk, null);
    this.parts.changed(trunk.home);
  }

  private end(entry: Entry): void {
    const { state, trunk } = entry;
    entry.state = { at: "ending" };
    if (state.at === "asked" || state.at === "flowing") this.drop(trunk, state.on);
    this.inTurn(keyOf(trunk), async () => {
      if (entry.state.at === "ending" && this.entries.get(keyOf(trunk)) === entry) this.entries.delete(keyOf(trunk));
    });
    this.parts.changed(trunk.home);
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
