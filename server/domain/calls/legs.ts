import type { CallId, CallRules } from "#protocol/call";
import type { PersonId, Province } from "#protocol/ids";
import { isRuler } from "./acts.ts";
import { believed, sitsIn } from "./belief.ts";
import type { Leg } from "./leg.ts";
import { HeardLeg, type LegNews } from "./leg-news.ts";
import { type LegState, newer, type Opening, type PlaceRule, rankOf } from "./leg-state.ts";
import { type Call, isAlive, merge, type SeenLeg } from "./merge.ts";

/** A leg not heard for so long is cut; where its link is up all the same, it is over after `LOST_MS`. */
const CUT_MS = 6_000;
const LOST_MS = 15_000;
/** Whoever is silent for so long is asked whether there still is a leg. */
const ASK_MS = 3_000;
/** A cut leg is remembered for so long. */
const FORGET_MS = 30 * 60_000;
/** A call that was ended for all is remembered for so long: a province that was cut off hears of it when it comes back. */
const ENDED_MS = 30 * 60_000;
const MAX_ENDED = 500;

/** What a leg's rules are judged by. */
export interface Facts {
  roleOf(person: PersonId): "owner" | "member" | undefined;
  provinceOf(person: PersonId): Province | undefined;
  members(): readonly PersonId[];
  /** of the room, this one's among them */
  provinces(): readonly Province[];
  isDirect(): boolean;
  isUp(province: Province): boolean;
}

const NONE: LegState["seats"] = new Map();

/** Each province may have begun one call of its own; whoever comes with more only moves people about, and is not followed. */
const MAX_TAKEN = 8;

interface Heard {
  leg: HeardLeg;
  at: number;
  asked: number;
}

/** What one node knows of a room's call: its own leg and what it heard of the others'. */
export class Legs {
  own: Leg | undefined;
  private readonly heard = new Map<Province, Heard>();
  private readonly ended = new Map<CallId, number>();

  constructor(
    readonly province: Province,
    private readonly facts: Facts,
  ) {}

  /** `ask`: something was lost, the whole leg is needed. `ended`: the call is over, which the sender does not know. */
  hear(from: Province, said: LegNews, now: number): "taken" | "ask" | "ended" {
    if (this.ended.has(said.opening.id)) return "ended";
    const news = this.believed(from, said);
    const known = this.heard.get(from);
    const heard = known?.leg.life === news.life ? known : { leg: new HeardLeg(news), at: now, asked: 0 };
    const isSame = heard === known && known.leg.opening.id === news.opening.id;
    const rules = isSame ? known.leg.rules : this.rulesOf(news.opening.id);
    if (heard.leg.take(news) === "gap") {
      // That it is there is heard all the same.
      if (heard === known) known.at = now;
      return this.mayAsk(heard === known ? known : undefined, now) ? "ask" : "taken";
    }
    if (rules && newer(heard.leg.rules, rules) && !this.mayRule(from, heard.leg)) heard.leg.rules = rules;
    heard.at = now;
    heard.asked = now;
    this.heard.set(from, heard);
    this.confirm(from, heard.leg);
    if (this.own && isAlive(heard.leg) && !this.isTooMany(heard.leg))
      this.own.adopt(heard.leg, this.mayRule(from, heard.leg));
    return "taken";
  }

  /** Whether the province may speak for this person: it is theirs, or no other one that is heard has them inside. */
  speaksFor(from: Province, person: PersonId): boolean {
    if (this.facts.provinceOf(person) === from) return true;
    const others = this.seen(0).filter(({ province }) => province !== from && this.isHeard(province));
    return !sitsIn(
      others.map(({ leg }) => leg),
      person,
    );
  }

  /** The province has no leg here (any more). */
  none(from: Province): void {
    this.heard.delete(from);
  }

  /** Ended for all. False where the province may not say so, or it is known. */
  end(from: Province, call: CallId, now: number): boolean {
    if (this.ended.has(call)) return false;
    if (from !== this.province && !this.mayEnd(from, call)) return false;
    this.ended.set(call, now);
    if (this.ended.size > MAX_ENDED) this.ended.delete(this.ended.keys().next().value as CallId);
    for (const [province, { leg }] of this.heard) if (leg.opening.id === call) this.heard.delete(province);
    if (this.own?.opening.id === call) this.own = undefined;
    return true;
  }

  /** Whether a leg of this call is known. */
  has(call: CallId): boolean {
    return this.own?.opening.id === call || [...this.heard.values()].some(({ leg }) => leg.opening.id === call);
  }

  isOver(call: CallId): boolean {
    return this.ended.has(call);
  }

  /** Forgets what is over, and says who is to be asked whether they are still there. */
  tick(now: number): Province[] {
    for (const [call, at] of this.ended) if (now - at > ENDED_MS) this.ended.delete(call);
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
    return toAsk;
  }

  seen(now: number): SeenLeg[] {
    const seen: SeenLeg[] = this.own ? [{ province: this.province, leg: this.own, cut: false }] : [];
    for (const [province, { leg, at }] of this.heard)
      if (!this.isTooMany(leg)) seen.push({ province, leg, cut: now - at > CUT_MS || !this.facts.isUp(province) });
    return seen;
  }

  merge(now: number): Call | undefined {
    return merge(this.seen(now), (person) => this.facts.roleOf(person));
  }

  /** Nothing is kept of the room. */
  get isEmpty(): boolean {
    return !this.own && this.heard.size === 0 && this.ended.size === 0;
  }

  private mayEnd(from: Province, call: CallId): boolean {
    const theirs = this.heard.get(from)?.leg;
    if (theirs?.opening.id === call) return this.mayRule(from, theirs);
    const known = this.seen(0).find(({ leg }) => leg.opening.id === call)?.leg;
    return known !== undefined && this.mayRule(from, known, NONE);
  }

  /** A province speaks for hosts that sit with it or are its people. In a conversation of two, either may end it. */
  private mayRule(from: Province, leg: LegState, seats = leg.seats): boolean {
    if (this.facts.isDirect()) return true;
    const rules = this.own?.opening.id === leg.opening.id ? this.own : leg;
    const isHost = (person: PersonId) => isRuler(rankOf(person, this.facts.roleOf(person), rules));
    for (const { seat } of seats.values()) if (isHost(seat.person) && this.speaksFor(from, seat.person)) return true;
    return this.facts.members().some((person) => this.facts.provinceOf(person) === from && isHost(person));
  }

  private isHeard(province: Province): boolean {
    return province === this.province || this.facts.isUp(province);
  }

  /** Rules that were believed of a province that may not rule, while nobody else was heard, give way to those of one that may. */
  private confirm(from: Province, { opening, rules }: LegState): void {
    for (const [province, { leg }] of this.heard)
      if (province !== from && leg.opening.id === opening.id && newer(leg.rules, rules))
        if (this.mayRule(from, leg, NONE) && !this.mayRule(province, leg)) leg.rules = rules;
  }

  private believed(from: Province, news: LegNews): LegNews {
    const legs = this.seen(0);
    const { id } = news.opening;
    let opening: Opening | undefined;
    let place: PlaceRule | undefined;
    for (const { leg } of legs) {
      if (leg.opening.id !== id) continue;
      opening ??= leg.opening;
      if (leg.place && newer(leg.place, place ?? null)) place = leg.place;
    }
    return believed(news, {
      ...{ opening, place, rules: this.rulesOf(id), provinces: this.facts.provinces() },
      isTaken: (seat) => legs.some(({ province, leg }) => province !== from && leg.seats.has(seat)),
    });
  }

  private isTooMany({ opening }: LegState): boolean {
    return this.own !== undefined && this.own.taken >= MAX_TAKEN && opening.id < this.own.opening.id;
  }

  private rulesOf(call: CallId): CallRules | undefined {
    let rules: CallRules | undefined;
    for (const { leg } of this.seen(0))
      if (leg.opening.id === call && newer(leg.rules, rules ?? null)) rules = leg.rules;
    return rules;
  }

  private mayAsk(known: Heard | undefined, now: number): boolean {
    if (!known) return true;
    if (now - known.asked < 200) return false;
    known.asked = now;
    return true;
  }
}
