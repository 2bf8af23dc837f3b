import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { Feed, MediaGateway } from "./ports.ts";
import { lifeOf } from "./trunks-inbound.ts";
import type { TrunkNews, TrunkPort, TrunkWant } from "./trunks-message.ts";

/** A province that does not repeat what it wants for so long wants nothing, in milliseconds. */
const SILENCE = 8_000;
const RETRY = 500;

interface Published {
  call: CallId;
  feed: Feed;
  /** the gateway it is on, and that one's life at the time */
  at: Province;
  on: number | undefined;
  to: ReadonlySet<Province>;
  rev: number;
}

/** From where, of which state of the feed, and to which port something is forwarded. */
interface Target {
  at: Province;
  on: number;
  rev: number;
  end: TrunkPort;
}

/** A feed's way to one other gateway. */
type State = { at: "idle" } | { at: "starting"; target: Target } | { at: "flowing"; target: Target } | { at: "ending" };

interface Forward {
  call: CallId;
  seat: SeatId;
  to: Province;
  state: State;
  retryAt: number;
  busy: boolean;
}

interface Parts {
  province: Province;
  gateways(province: Province): MediaGateway | undefined;
  /** the address of a province's gateway, as the fleet's table has it: no other is ever sent to */
  hostOf(province: Province): string | undefined;
  now(): number;
  /** there is news for this province */
  changed(by: Province): void;
}

/** Feeds of seats here on their way to other provinces' gateways: each once, and only while it is wanted there. */
export class Outbound {
  private readonly feeds = new Map<string, Published>();
  private readonly asked = new Map<Province, { at: number; wants: readonly TrunkWant[] }>();
  private readonly forwards = new Map<string, Forward>();

  constructor(private readonly parts: Parts) {}

  published(call: CallId, feed: Feed, at: Province, to: readonly Province[]): void {
    const former = this.feeds.get(`${call} ${feed.seat}`);
    if (former && former.feed.life > feed.life) return;
    const on = lifeOf(this.parts.gateways(at)?.state());
    const same = former && former.at === at && former.on === on && Bun.deepEquals(former.feed, feed);
    // Later ones of this node's next life must be larger too.
    const rev = same ? former.rev : Math.max((former?.rev ?? 0) + 1, this.parts.now());
    this.feeds.set(`${call} ${feed.seat}`, { call, feed, at, on, to: new Set(to), rev });
    this.tellThoseWhoWant(call, feed.seat);
    this.settle();
  }

  unpublished(call: CallId, seat: SeatId): void {
    if (!this.feeds.delete(`${call} ${seat}`)) return;
    this.tellThoseWhoWant(call, seat);
    this.settle();
  }

  /** All that a province wants now, on its own gateway. */
  want(by: Province, wants: readonly TrunkWant[]): void {
    this.asked.set(by, { at: this.parts.now(), wants });
    this.settle();
  }

  /** Of each feed that the province wants, how it stands; of those on their way nothing. */
  news(by: Province): TrunkNews[] {
    const news: TrunkNews[] = [];
    for (const want of this.asked.get(by)?.wants ?? []) {
      const { call, seat, life, to } = want;
      const name = { call, seat, life, to };
      const found = this.permitted(by, want);
      if (!found) news.push({ ...name, is: "none" });
      else if (found.rev !== want.rev)
        news.push({ ...name, is: "streams", rev: found.rev, streams: found.feed.streams });
      else {
        const state = this.forwards.get(keyOf(want))?.state;
        if (state?.at === "flowing" && state.target.rev === want.rev && Bun.deepEquals(state.target.end, want.end))
          news.push({ ...name, is: "flowing", rev: want.rev, port: state.target.end.port });
      }
    }
    return news;
  }

  /** Forgets provinces that have fallen silent, and tries again what failed. */
  tick(): void {
    const now = this.parts.now();
    for (const [by, { at }] of this.asked) if (now - at >= SILENCE) this.asked.delete(by);
    this.settle();
  }

  /** The feed as it is on its gateway now, where it may go to those who ask. */
  private permitted(by: Province, { call, seat, life, to }: TrunkWant): Published | undefined {
    const found = this.feeds.get(`${call} ${seat}`);
    if (!found || found.feed.life !== life || found.on === undefined) return undefined;
    if (lifeOf(this.parts.gateways(found.at)?.state()) !== found.on || found.at === to) return undefined;
    return by === this.parts.province || found.to.has(by) ? found : undefined;
  }

  private targets(): Map<string, Target> {
    const targets = new Map<string, Target>();
    for (const [by, { wants }] of this.asked)
      for (const want of wants) {
        const found = want.end && this.permitted(by, want);
        if (!want.end || !found || found.rev !== want.rev || !this.parts.hostOf(want.to)) continue;
        targets.set(keyOf(want), { at: found.at, on: found.on as number, rev: found.rev, end: want.end });
      }
    return targets;
  }

  private settle(): void {
    const targets = this.targets();
    for (const { wants } of this.asked.values())
      for (const want of wants) {
        const { call, seat, to } = want;
        if (targets.has(keyOf(want)) && !this.forwards.has(keyOf(want)))
          this.forwards.set(keyOf(want), { call, seat, to, state: { at: "idle" }, retryAt: 0, busy: false });
      }
    for (const [key, forward] of this.forwards)
      if (!forward.busy && !this.holds(forward, targets.get(key))) void this.move(key, forward);
  }

  /** Whether there is nothing to do. */
  private holds({ state, retryAt }: Forward, target: Target | undefined): boolean {
    if (state.at === "flowing") return target !== undefined && Bun.deepEquals(state.target, target);
    return target !== undefined && this.parts.now() < retryAt;
  }

  /** Takes one way from what it is to what is wanted, step by step, one at a time. */
  private async move(key: string, forward: Forward): Promise<void> {
    const { call, seat, to } = forward;
    forward.busy = true;
    for (;;) {
      const target = this.targets().get(key);
      if (this.holds(forward, target)) break;
      if (forward.state.at === "flowing") {
        const { at, on } = forward.state.target;
        forward.state = { at: "ending" };
        const gateway = this.parts.gateways(at);
        if (gateway && lifeOf(gateway.state()) === on) await gateway.unforward(call, seat, to);
        forward.state = { at: "idle" };
      } else if (!target) {
        this.forwards.delete(key);
        return;
      } else await this.start(forward, target);
    }
    forward.busy = false;
  }

  private async start(forward: Forward, target: Target): Promise<void> {
    const { call, seat, to } = forward;
    const gateway = this.parts.gateways(target.at);
    const host = this.parts.hostOf(to);
    if (!gateway || !host || gateway.state().at !== "up") {
      forward.retryAt = this.parts.now() + RETRY;
      return;
    }
    forward.state = { at: "starting", target };
    try {
      await gateway.forward(call, seat, to, { ...target.end, host });
      forward.state = { at: "flowing", target };
      this.parts.changed(to);
    } catch {
      // Perhaps it was done and only the answer was lost.
      if (lifeOf(gateway.state()) === target.on) await gateway.unforward(call, seat, to);
      forward.state = { at: "idle" };
      forward.retryAt = this.parts.now() + RETRY;
    }
  }

  private tellThoseWhoWant(call: CallId, seat: SeatId): void {
    for (const [by, { wants }] of this.asked)
      if (wants.some((want) => want.call === call && want.seat === seat)) this.parts.changed(by);
  }
}

const keyOf = ({ call, seat, to }: Pick<TrunkWant, "call" | "seat" | "to">) => `${to} ${call} ${seat}`;
