import { expect, test } from "bun:test";
import type { CallId } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import { isInside } from "./leg-state.ts";
import { id, legOf, legsOf, order, seatId, sit } from "./legs-under-test.ts";
import type { LegNews } from "./leg-news.ts";
import type { Legs } from "./legs.ts";
import { headOf } from "./merge.ts";

const PROVINCES = ["is", "pb", "sd"] as const;
type Name = (typeof PROVINCES)[number];
type News = LegNews | "ask" | "none" | { ended: CallId; order: CallOrder | null };

/** mulberry32: a small generator, so that a seed tells the whole run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Three provinces whose people come, go and rule, over a channel that loses, delays, doubles and is cut. */
class World {
  now = 1_000;
  private readonly cuts = new Set<string>();
  private readonly legs = new Map<Name, Legs>();
  private readonly sent = new Map<Name, { life: string; version: number }>();
  private queue: { from: Name; to: Name; news: News }[] = [];
  private minted = 0;
  loss = 0.3;

  constructor(private readonly random: () => number) {
    for (const one of PROVINCES)
      this.legs.set(
        one,
        legsOf(one, (other) => !this.cuts.has(`${one} ${other}`)),
      );
  }

  at = (one: Name): Legs => this.legs.get(one) as Legs;
  pick = <T>(list: readonly T[]): T => list[Math.floor(this.random() * list.length)] as T;

  step(): void {
    this.now += Math.floor(this.random() * 400);
    const one = this.pick(PROVINCES);
    const what = this.random();
    if (what < 0.25) this.change(one);
    else if (what < 0.35) this.cut(one, this.pick(PROVINCES));
    else if (what < 0.37) this.end(one);
    else if (what < 0.39) this.crash(one);
    else if (what < 0.6) this.announce(one, this.random() < 0.3);
    else this.deliver();
    this.tidy(one);
  }

  /** The channel is whole and everything is said: what must then be the same everywhere, is. */
  settle(): void {
    this.cuts.clear();
    this.loss = 0;
    for (let round = 0; round < 12; round++) {
      this.now += 2_000;
      for (const one of PROVINCES) this.announce(one, true);
      while (this.queue.length > 0) this.deliver();
      for (const one of PROVINCES) {
        for (const other of this.at(one).tick(this.now)) this.queue.push({ from: one, to: other as Name, news: "ask" });
        this.tidy(one);
      }
      while (this.queue.length > 0) this.deliver();
    }
  }

  view(one: Name): string {
    const call = this.at(one).merge(this.now);
    if (!call) return "none";
    return JSON.stringify([headOf(call, id("room"), []), [...call.seats].sort()]);
  }

  private change(one: Name): void {
    const legs = this.at(one);
    const call = legs.merge(this.now);
    if (!legs.own) {
      const leg = legOf(
        one,
        id(`call-${this.pick(["a", "b", "c", "d"])}${++this.minted}`),
        seatId(0xf000 + ++this.minted),
      );
      if (call) {
        leg.opening = call.opening;
        leg.place = call.place;
        leg.follow(call);
      }
      legs.begin(leg);
      this.join(one);
      return;
    }
    const { own } = legs;
    const seat = this.pick([...own.seats.keys()]);
    const what = this.random();
    if (what < 0.4) this.join(one);
    else if (what < 0.6 && seat) own.leave(seat);
    else if (what < 0.7 && seat) own.change(seat, { hand: this.now });
    else if (what < 0.8) {
      const about = { id: own.opening.id, orders: own.orders };
      legs.order(order(id(`${one}-0`), { do: "lock", on: this.random() < 0.5 }, about, this.now), this.now);
    } else if (what < 0.9) own.settle({ mode: "one", at: this.pick(PROVINCES) });
    else if (seat) own.stand(seat, { at: one, mids: [] }, { sends: ["mic"] });
  }

  private join(one: Name): void {
    const n = ++this.minted;
    const { own } = this.at(one);
    if (own) sit(own, n, id(`${one}-${n % 7}`), { returns: true });
  }

  /** As the conference does: a leg without anybody in any call is dropped, and that is said. */
  private tidy(one: Name): void {
    const legs = this.at(one);
    if (!legs.own || legs.merge(this.now)) return;
    if ([...legs.own.seats.values()].some(({ seat }) => isInside(seat))) return;
    legs.own = undefined;
    this.tell(one, "none");
  }

  private end(one: Name): void {
    const call = this.at(one).own?.opening.id;
    if (!call) return;
    const end = order(id(`${one}-0`), { do: "end" }, { id: call }, this.now);
    this.at(one).end(one, call, end, this.now);
    this.tell(one, { ended: call, order: end });
  }

  private crash(one: Name): void {
    this.legs.set(
      one,
      legsOf(one, (other) => !this.cuts.has(`${one} ${other}`)),
    );
  }

  private cut(a: Name, b: Name): void {
    if (a === b) return;
    for (const link of [`${a} ${b}`, `${b} ${a}`]) {
      if (this.cuts.has(link)) this.cuts.delete(link);
      else this.cuts.add(link);
    }
  }

  private announce(one: Name, isBeat: boolean): void {
    const { own } = this.at(one);
    if (!own) return;
    const sent = this.sent.get(one);
    const since = isBeat ? own.version : sent?.life === own.life ? sent.version : 0;
    if (!isBeat) this.sent.set(one, { life: own.life, version: own.version });
    this.tell(one, own.news(since));
  }

  private tell(from: Name, news: News): void {
    for (const to of PROVINCES) if (to !== from) this.queue.push({ from, to, news: structuredClone(news) });
  }

  private deliver(): void {
    const at = this.loss > 0 ? Math.floor(this.random() * Math.min(3, this.queue.length)) : 0;
    const [message] = this.queue.splice(at, 1);
    if (!message || this.random() < this.loss || this.cuts.has(`${message.from} ${message.to}`)) return;
    if (this.loss > 0 && this.random() < 0.1) this.queue.push(message);
    const { from, to, news } = message;
    const legs = this.at(to);
    const reply = (answer: News) => void this.queue.push({ from: to, to: from, news: answer });
    if (news === "ask") reply(legs.own ? legs.own.news(0) : "none");
    else if (news === "none") legs.none(from);
    else if ("ended" in news) legs.end(from, news.ended, news.order, this.now);
    else {
      const heard = legs.hear(from, news, this.now);
      if (heard === "ask") reply("ask");
      else if (heard === "ended") reply({ ended: news.opening.id, order: legs.endOf(news.opening.id) });
    }
  }
}

const SEEDS = Number(process.env.CALL_SEEDS ?? 150);

test(`${SEEDS} seeds: legs come together once they hear each other`, () => {
  let alive = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = new World(randomOf(seed));
    for (let step = 0; step < 300; step++) world.step();
    world.settle();
    const [first, ...others] = PROVINCES.map((one) => world.view(one));
    for (const other of others) expect(`${seed} ${other}`).toBe(`${seed} ${first}`);
    if (first !== "none") alive++;
  }
  // It would prove nothing were they all empty.
  expect(alive).toBeGreaterThan(SEEDS / 2);
});
