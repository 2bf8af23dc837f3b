import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Now } from "../domain/clock.ts";
import { AppError } from "../domain/error.ts";
import { FairQueue, type Place } from "./fair-queue.ts";
import type { Whence } from "./whence.ts";

/** Sign-ins a second: at first, at least, and at most. */
const START = 100;
const LEAST = 40;
const MOST = 250;
/** So many come in at once where nobody waits. */
const BURST = 50;
/** Lateness of the event loop above which fewer are let in, and below which more, in milliseconds. */
const LATE_MS = 3;
const CALM_MS = 1.5;
/** While both wait, one of so many is called of those who proved nothing: a client that cannot prove comes in, too. */
const UNPROVEN_PART = 8;
const SHORTEST_MS = 500;
const LONGEST_MS = 60_000;
const FORM = /^([pu])\.([0-9a-z]{1,10})\.([0-9a-z]{1,10})\.([0-9a-f]{32})$/;
/** Devices with a place among the proven; those whose time is over are forgotten first. */
const MOST_PROVEN = 100_000;

type Lane = "p" | "u";
export interface Turn extends Place {
  lane: Lane;
}

/**
 * The queue before the door, for the morning when everybody signs in at once, and for strangers who would fill it. Who
 * comes while others wait gets a place, is told how many come first and how long that takes, and comes back by then: a
 * place that carries a MAC, so that waiting costs the node no memory and nobody jumps the queue. Devices that prove
 * themselves are called first, one of a person in each round; strangers in a fair queue of their networks. Places are
 * called as fast as those who are inside do not notice: the lateness of the event loop decides (additive increase,
 * multiplicative decrease).
 */
export class Turnstile {
  private readonly secret = randomBytes(32);
  private perSecond = START;
  private spare = BURST;
  private readonly lanes: Record<Lane, FairQueue>;
  /** places of devices that proved themselves: proving twice gives no second one */
  private readonly proven = new Map<string, Turn>();
  /** of places that may be called now, what is left over */
  private due = 0;
  private dueUnproven = 0;
  private at: number;

  constructor(private readonly now: Now) {
    this.at = now();
    this.lanes = { p: new FairQueue(now), u: new FairQueue(now) };
  }

  /** How many wait. Who went away meanwhile is counted until called. */
  get waiting(): number {
    this.call();
    return this.lanes.p.waiting + this.lanes.u.waiting;
  }

  get rate(): number {
    return this.perSecond;
  }

  /**
   * Lets a device through, or tells it when to come.
   * @param text what it was given when it was told to come back
   * @throws AppError wait, with `place`, `turn` and `retryAfter`, and `prove` where a proof brings it forward
   */
  pass(device: string, whence: Whence, text?: string): void {
    this.call();
    const given = text === undefined ? undefined : this.turnIn(device, text);
    if (given && this.lanes[given.lane].isCalled(given)) return;
    if (!given && this.lanes.p.waiting + this.lanes.u.waiting === 0 && this.spare >= 1) {
      this.spare--;
      return;
    }
    throw this.wait(device, given ?? { lane: "u", ...this.lanes.u.add(whence) });
  }

  /** The device's turn where a proof would bring it forward; undefined where it is called, or proved itself before. */
  provable(device: string, text: string): Turn | undefined {
    this.call();
    const turn = this.turnIn(device, text);
    return turn?.lane === "u" && !this.lanes.u.isCalled(turn) ? turn : undefined;
  }

  /**
   * As `pass`, for a device that has proved itself with this turn.
   * @param person whose device it is: many devices of one person do not come before others' first
   */
  passProven(device: string, person: string, turn: Turn): void {
    this.call();
    let own = this.proven.get(device);
    if (!own || this.lanes.p.isOver(own)) {
      if (!this.lanes.u.isCalled(turn)) this.lanes.u.leave(turn);
      own = { lane: "p", ...this.lanes.p.add({ host: person, net: person }) };
      this.forgetProven();
      this.proven.set(device, own);
    }
    if (!this.lanes.p.isCalled(own)) throw this.wait(device, own);
  }

  /** @param lateMs how late the event loop was, the mean of some tenths of a second */
  felt(lateMs: number): void {
    if (lateMs > LATE_MS) this.perSecond = Math.max(LEAST, this.perSecond * 0.85);
    else if (lateMs < CALM_MS) this.perSecond = Math.min(MOST, this.perSecond + 5);
  }

  /** Calls those whose time has come; without a queue, refills what may come in at once. */
  private call(): void {
    const now = this.now();
    const grown = (Math.max(0, now - this.at) * this.perSecond) / 1000;
    this.at = now;
    this.due += grown;
    const { p, u } = this.lanes;
    // What is called of strangers while proven devices wait is saved up in parts, so that no look at the clock loses any.
    this.dueUnproven = p.waiting > 0 ? Math.min(this.due, this.dueUnproven + grown / UNPROVEN_PART) : 0;
    const strangers = p.waiting > 0 ? u.call(Math.floor(this.dueUnproven)) : 0;
    this.dueUnproven -= strangers;
    this.due -= strangers;
    this.due -= p.call(Math.floor(this.due));
    if (p.waiting === 0) this.due -= u.call(Math.floor(this.due));
    if (p.waiting + u.waiting > 0) return;
    this.spare = Math.min(BURST, this.spare + this.due);
    this.due = 0;
  }

  private wait(device: string, turn: Turn): AppError {
    const { p, u } = this.lanes;
    const place = this.lanes[turn.lane].ahead(turn) + 1;
    const ms = (places: number, perSecond: number) => Math.ceil((places / perSecond) * 1000);
    const until =
      turn.lane === "p"
        ? ms(place, u.waiting > 0 ? this.perSecond * (1 - 1 / UNPROVEN_PART) : this.perSecond)
        : Math.min(ms(place + p.waiting, this.perSecond), ms(place, this.perSecond / UNPROVEN_PART));
    const words = "Many are signing in just now. You keep your place, and come in by yourself.";
    return new AppError("wait", words, {
      retryAfter: Math.min(LONGEST_MS, Math.max(SHORTEST_MS, until)),
      place: turn.lane === "p" ? place : place + Math.min(p.waiting, place * UNPROVEN_PART),
      turn: this.textOf(device, turn),
      ...(turn.lane === "u" && { prove: true as const }),
    });
  }

  private textOf(device: string, { lane, round, at }: Turn): string {
    const head = `${lane}.${round.toString(36)}.${at.toString(36)}`;
    return `${head}.${this.mac(head, device)}`;
  }

  /** Undefined where the turn is not this node's, not this device's, or was called long ago. */
  private turnIn(device: string, text: string): Turn | undefined {
    const [, lane = "", round = "", at = "", mac = ""] = FORM.exec(text) ?? [];
    if (!mac || !timingSafeEqual(Buffer.from(mac), Buffer.from(this.mac(`${lane}.${round}.${at}`, device))))
      return undefined;
    const turn = { lane: lane as Lane, round: Number.parseInt(round, 36), at: Number.parseInt(at, 36) };
    return this.lanes[turn.lane].isOver(turn) ? undefined : turn;
  }

  private forgetProven(): void {
    for (const [device, turn] of this.proven) {
      if (this.proven.size < MOST_PROVEN && !this.lanes.p.isOver(turn)) break;
      this.proven.delete(device);
    }
  }

  private mac(head: string, device: string): string {
    return createHmac("sha256", this.secret).update(`${head}\n${device}`).digest("hex").slice(0, 32);
  }
}
