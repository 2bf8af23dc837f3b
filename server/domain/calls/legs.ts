import type { CallId } from "#protocol/call";
import { type CallOrder, isSameOrder } from "#protocol/call-order";
import type { Province } from "#protocol/ids";
import { believed } from "./belief.ts";
import type { Judge } from "./judge.ts";
import type { Leg } from "./leg.ts";
import { HeardLeg, type LegNews } from "./leg-news.ts";
import { newer, type Opening, openingOf, type PlaceRule, standsBefore } from "./leg-state.ts";
import { type Call, isAlive, merge, type SeenLeg } from "./merge.ts";
import type { Past } from "./past.ts";
import { mayOrder, type People, type Ruling, rulingOf } from "./ruling.ts";

/** A leg not heard for so long is cut; where its link is up all the same, it is over after `LOST_MS`. */
const CUT_MS = 6_000;
const LOST_MS = 15_000;
/** Whoever is silent for so long is asked whether there still is a leg. */
const ASK_MS = 3_000;
/** A cut leg is remembered for so long. */
const FORGET_MS = 30 * 60_000;
/** A call that everybody has left may be gone on with for so long: a node that was restarted is told of it again. */
const LEFT_MS = 120_000;
/** A call that was ended for all is remembered for so long: a province that was cut off hears of it when it comes back. */
const ENDED_MS = 30 * 60_000;
const MAX_ENDED = 500;

/** What legs are judged by, beside what is signed. */
export interface Facts extends People {
  /** of the room, this one's among them */
  provinces(): readonly Province[];
  isDirect(): boolean;
  isUp(province: Province): boolean;
  /** calls that are over for good; of all rooms of the node */
  readonly past: Past;
}

/** Each province may have begun one call of its own; whoever comes with more only moves people about, and is not followed. */
const MAX_TAKEN = 8;

interface Heard {
  leg: HeardLeg;
  at: number;
  asked: number;
}

interface Ended {
  at: number;
  /** a host's, where it was one who ended it */
  order: CallOrder | null;
}

/** What one node knows of a room's call: its own leg and what it heard of the others'. */
export class Legs {
  own: Leg | undefined;
  private readonly heard = new Map<Province, Heard>();
  private readonly ended = new Map<CallId, Ended>();
  /** calls that are known to have begun, as they did: found true once, it stays so */
  private readonly begun = new Map<CallId, Opening>();
  /** the call that was on last; since when nobody is in it, as far as all provinces are heard */
  private last: { call: CallId; left: number | null } | undefined;

  constructor(
    readonly province: Province,
    private readonly facts: Facts,
    readonly judge: Judge,
  ) {}

  /** `ask`: something was lost, the whole leg is needed. `ended`: the call is over, which the sender does not know. */
  hear(from: Province, said: LegNews, now: number): "taken" | "ask" | "ended" {
    if (this.ended.has(said.opening.id)) return "ended";
    const news = this.believed(from, said);
    const known = this.heard.get(from);
    const heard = known?.leg.life === news.life ? known : { leg: new HeardLeg(news), at: now, asked: 0 };
    if (heard.leg.take(news) === "gap") {
      // That it is there is heard all the same.
      if (heard === known) known.at = now;
      return this.mayAsk(heard === known ? known : undefined, now) ? "ask" : "taken";
    }
    heard.at = now;
    heard.asked = now;
    this.heard.set(from, heard);
    this.settle(now);
    return "taken";
  }

  /** A call begins at this node, or is gone on with: what its own people say here needs no entry yet. */
  begin(own: Leg): void {
    this.own = own;
    this.begun.set(own.opening.id, own.opening);
  }

  /** This province's leg goes by what is ordered and where the call stands now; of two calls it takes over the one that stands. */
  settle(now: number): void {
    for (const { leg } of this.heard.values()) this.hasBegun(leg.opening, now);
    const { own } = this;
    if (!own) return;
    for (const { province, leg, cut } of this.seen(now)) {
      if (cut || province === this.province || !isAlive(leg)) continue;
      if (leg.opening.id === own.opening.id) own.placed(leg.place);
      else if (standsBefore(leg.opening, own.opening)) own.join(leg);
    }
    own.follow(this.ruling(own.opening, now));
  }

  /** A host's order given at this node. False where it does not count, or a later one stands. */
  order(order: CallOrder, now: number): boolean {
    const { own } = this;
    if (!own) return false;
    const { rules, orders } = this.ruling(own.opening, now, [order]);
    if (!orders.includes(order)) return false;
    own.follow({ rules, orders });
    return true;
  }

  /** What the orders come to that are heard of a call, and `more`. */
  ruling(opening: Opening, now: number, more: readonly CallOrder[] = []): Ruling {
    const said = [...more];
    for (const { leg } of this.seen(now)) if (leg.opening.id === opening.id) said.push(...leg.orders);
    const signed = said.filter((order) => {
      const began = openingOf(order);
      return began ? this.hasBegun(began, now) : this.judge.isSigned(order, now);
    });
    return rulingOf(opening, signed, this.facts);
  }

  /** The province has no leg here (any more). */
  none(from: Province): void {
    this.heard.delete(from);
  }

  /** Ended for all. False where it may not be said so, or it is known. */
  end(from: Province, call: CallId, order: CallOrder | null, now: number): boolean {
    if (this.ended.has(call)) return false;
    if (from !== this.province && !this.mayEnd(call, order, now)) return false;
    this.ended.set(call, { at: now, order });
    this.facts.past.add(call, now);
    if (this.ended.size > MAX_ENDED) this.ended.delete(this.ended.keys().next().value as CallId);
    for (const [province, { leg }] of this.heard) if (leg.opening.id === call) this.heard.delete(province);
    if (this.own?.opening.id === call) this.own = undefined;
    return true;
  }

  /** By whose order it was ended; null where nobody gave one. */
  endOf(call: CallId): CallOrder | null {
    return this.ended.get(call)?.order ?? null;
  }

  /** Whether a leg of this call is known. */
  has(call: CallId): boolean {
    return this.own?.opening.id === call || [...this.heard.values()].some(({ leg }) => leg.opening.id === call);
  }

  isOver(call: CallId): boolean {
    return this.ended.has(call) || this.facts.past.has(call);
  }

  /** Forgets what is over, and says who is to be asked whether they are still there. */
  tick(now: number): Province[] {
    for (const [call, { at }] of this.ended) if (now - at > ENDED_MS) this.ended.delete(call);
    const toAsk: Province[] = [];
    for (const [province, heard] of this.heard) {
      const silent = now - heard.at;
      const isUp = this.facts.isUp(province);
      if (silent > (isUp ? LOST_MS : FORGET_MS)) this.heard.delete(province);
      else if (isUp && silent > ASK_MS && now - heard.asked > 1_000) {
        heard.asked = now;
        toAsk.push(province);
      }
    }
    this.settle(now);
    this.forget();
    this.leave(now);
    return toAsk;
  }

  /** Legs of calls that are known to have begun. */
  seen(now: number): SeenLeg[] {
    const seen: SeenLeg[] = this.own ? [{ province: this.province, leg: this.own, cut: false }] : [];
    for (const [province, { leg, at }] of this.heard) {
      const opening = this.begun.get(leg.opening.id);
      if (!opening || this.facts.past.has(opening.id) || this.isTooMany(opening)) continue;
      leg.opening = opening;
      seen.push({ province, leg, cut: now - at > CUT_MS || !this.facts.isUp(province) });
    }
    return seen;
  }

  merge(now: number): Call | undefined {
    return merge(
      this.seen(now),
      (person) => this.facts.roleOf(person),
      (opening) => this.ruling(opening, now),
    );
  }

  /** Nothing is kept of the room. */
  get isEmpty(): boolean {
    return !this.own && this.heard.size === 0 && this.ended.size === 0 && !this.last;
  }

  /** In a conversation of two either may end it, and no host is asked. */
  private mayEnd(call: CallId, order: CallOrder | null, now: number): boolean {
    if (this.facts.isDirect()) return this.has(call);
    const opening = this.own?.opening.id === call ? this.own.opening : this.begun.get(call);
    if (!opening || order?.act.do !== "end" || !this.judge.isSigned(order, now)) return false;
    return mayOrder(order, { opening, rules: this.ruling(opening, now).rules }, this.facts);
  }

  private hasBegun(opening: Opening, now: number): boolean {
    const known = this.begun.get(opening.id);
    if (known?.order) return opening.order !== null && isSameOrder(known.order, opening.order);
    if (known && !opening.order) return known.by === opening.by;
    if (!this.judge.hasBegun(opening, now)) return false;
    this.begun.set(opening.id, opening);
    return true;
  }

  /** A call that all have left is over. Beyond a line that is cut somebody may still be in it. */
  private leave(now: number): void {
    const on = this.merge(now)?.opening.id;
    if (on) this.last = { call: on, left: null };
    if (on || !this.last) return;
    const { call, left } = this.last;
    const isHeard = this.facts.provinces().every((one) => one === this.province || this.facts.isUp(one));
    this.last.left = isHeard && !this.has(call) ? (left ?? now) : null;
    if (this.ended.has(call)) this.last = undefined;
    else if (left !== null && now - left > LEFT_MS) {
      this.facts.past.add(call, now);
      this.last = undefined;
    }
  }

  private forget(): void {
    const named = new Set([...this.heard.values()].map(({ leg }) => leg.opening.id));
    if (this.own)
      for (const { calls } of [{ calls: [this.own.opening.id] }, ...this.own.orders]) named.add(calls[0] as CallId);
    for (const id of this.begun.keys()) if (!named.has(id)) this.begun.delete(id);
  }

  private believed(from: Province, news: LegNews): LegNews {
    const legs = this.seen(0);
    const { id } = news.opening;
    let place: PlaceRule | undefined;
    for (const { leg } of legs) {
      if (leg.opening.id !== id) continue;
      if (leg.place && newer(leg.place, place ?? null)) place = leg.place;
    }
    const known = this.begun.get(id);
    // A beginning that is signed takes the place of what was believed without.
    const opening = known?.order || !news.opening.order ? known : undefined;
    return believed(news, {
      ...{ opening, place, provinces: this.facts.provinces() },
      isTaken: (seat) => legs.some(({ province, leg }) => province !== from && leg.seats.has(seat)),
    });
  }

  private isTooMany(opening: Opening): boolean {
    const { own } = this;
    return own !== undefined && own.taken >= MAX_TAKEN && standsBefore(opening, own.opening);
  }

  private mayAsk(known: Heard | undefined, now: number): boolean {
    if (!known) return true;
    if (now - known.asked < 200) return false;
    known.asked = now;
    return true;
  }
}
