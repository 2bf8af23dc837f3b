import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Now } from "../domain/clock.ts";
import { AppError } from "../domain/error.ts";

/** Sign-ins a second: at first, at least, and at most. */
const START = 100;
const LEAST = 40;
const MOST = 250;
/** So many come in at once where nobody waits. */
const BURST = 50;
/** Lateness of the event loop above which fewer are let in, and below which more, in milliseconds. */
const LATE_MS = 3;
const CALM_MS = 1.5;
/** A number is good for so long, in milliseconds: who comes later takes a new one. */
const GOOD_MS = 600_000;
const SHORTEST_MS = 500;
const LONGEST_MS = 60_000;
const FORM = /^([0-9a-z]{1,10})\.([0-9a-z]{1,10})\.([0-9a-f]{32})$/;

/**
 * The queue before the door, for the morning when everybody signs in at once. Who comes while others wait gets a number,
 * is told how many come first and how long that takes, and comes back by then: a number that carries a MAC, so that
 * waiting costs the node no memory and nobody jumps the queue. Numbers are called as fast as those who are inside do not
 * notice: the lateness of the event loop decides (additive increase, multiplicative decrease).
 */
export class Turnstile {
  private readonly secret = randomBytes(32);
  private perSecond = START;
  private spare = BURST;
  /** the last number given out, and the last one called */
  private given = 0;
  private called = 0;
  private at: number;

  constructor(private readonly now: Now) {
    this.at = now();
  }

  /** How many wait. Who went away meanwhile is counted until called. */
  get waiting(): number {
    this.call();
    return this.given - Math.floor(this.called);
  }

  get rate(): number {
    return this.perSecond;
  }

  /**
   * Lets a device through, or tells it when to come.
   * @param turn what it was given when it was told to come back
   * @throws AppError wait, with `place`, `turn` and `retryAfter`
   */
  pass(device: string, turn?: string): void {
    this.call();
    const number = turn ? this.numberOf(device, turn) : undefined;
    if (number !== undefined && number <= this.called) return;
    if (number === undefined && this.given <= this.called && this.spare >= 1) {
      this.spare--;
      return;
    }
    const own = number ?? ++this.given;
    const place = Math.max(1, Math.ceil(own - this.called));
    const wait = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, Math.ceil((place / this.perSecond) * 1000)));
    throw new AppError("wait", "Many are signing in just now. You keep your place, and come in by yourself.", {
      retryAfter: wait,
      place,
      turn: turn && number !== undefined ? turn : this.turnOf(device, own),
    });
  }

  /** @param lateMs how late the event loop was, the mean of some tenths of a second */
  felt(lateMs: number): void {
    if (lateMs > LATE_MS) this.perSecond = Math.max(LEAST, this.perSecond * 0.85);
    else if (lateMs < CALM_MS) this.perSecond = Math.min(MOST, this.perSecond + 5);
  }

  /** Calls the numbers whose time has come; without a queue, refills what may come in at once. */
  private call(): void {
    const now = this.now();
    const due = (Math.max(0, now - this.at) * this.perSecond) / 1000;
    this.at = now;
    const ahead = Math.min(due, this.given - this.called);
    this.called += ahead;
    this.spare = Math.min(BURST, this.spare + due - ahead);
  }

  private turnOf(device: string, number: number): string {
    const head = `${number.toString(36)}.${this.now().toString(36)}`;
    return `${head}.${this.mac(head, device)}`;
  }

  /** Undefined where the turn is not this node's, not this device's, or long past. */
  private numberOf(device: string, turn: string): number | undefined {
    const [, number = "", since = "", mac = ""] = FORM.exec(turn) ?? [];
    if (!mac || !timingSafeEqual(Buffer.from(mac), Buffer.from(this.mac(`${number}.${since}`, device))))
      return undefined;
    return this.now() - Number.parseInt(since, 36) > GOOD_MS ? undefined : Number.parseInt(number, 36);
  }

  private mac(head: string, device: string): string {
    return createHmac("sha256", this.secret).update(`${head}\n${device}`).digest("hex").slice(0, 32);
  }
}
