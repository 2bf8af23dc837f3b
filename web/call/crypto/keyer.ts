import type { SeatId } from "#protocol/call";
import { Delivery } from "./delivery.ts";
import { type Epoch, HELD_EPOCHS } from "./epoch.ts";
import type { Bytes } from "./sframe.ts";

/** Epochs follow each other no faster, in milliseconds: those who come or go together share one. */
const COALESCE = 500;
/** So long others may take to get a new epoch before one sends with it, when nobody has left. */
const SETTLE = 300;
/** The next in line makes the epoch when the former has not after so long. */
const TAKEOVER = 1_500;
/** So long an epoch is kept whose time is over, for frames on their way. */
const KEEP = 10_000;
/** A keyer that is told of larger numbers than its own waits so long for what they are before it makes a larger one. */
const OVERTAKEN = 1_000;
/** Numbers are tenths of a second since 1970: of two epochs for the same seats the one that was made later wins. */
const UNIT = 100;
/** A number further ahead than this is not counted on from: one seat cannot use up the numbers of all. */
const LEAP = 1_000_000;
const MAX_N = 2 ** 40;

export interface Member {
  id: SeatId;
  /** milliseconds since 1970 at which it joined */
  at: number;
  /** its socket is there; while it is not, it keeps its keys but makes and gets none */
  here: boolean;
}

/** Seats that share keys, `name` telling apart any two that differ in a seat or in a seat's key. */
export interface Roster {
  name: string;
  members: readonly Member[];
}

export interface KeyerStep {
  /** boxes to seal and send */
  seal: { epoch: Epoch; roster: string; to: SeatId[] }[];
  /** to tell the keyer that its epoch is here */
  acks: { to: SeatId; n: number; newest: number }[];
  /** to send with; null while there is none */
  use: Epoch | null;
  /** to receive with; at most HELD_EPOCHS */
  hold: Epoch[];
  /** when to step again at the latest, milliseconds since 1970; null: when something comes */
  wake: number | null;
}

interface Held {
  epoch: Epoch;
  roster: string;
  since: number;
  /** it was for the roster as it stood here */
  matched: boolean;
  /** matched once, and the roster has changed since: never used for a roster again */
  spent: boolean;
  /** since when its time is over */
  outdated: number | null;
}

const inLine = (a: Member, b: Member): number => a.at - b.at || (a.id < b.id ? -1 : 1);

/**
 * Who makes the call's next secret, and which one is used. A pure state machine: what comes from outside is told to it,
 * `step` says what follows from it at a time. An epoch made for exactly the present seats beats all others; among such
 * the larger number, then the keyer that is first in line. So two sides of a call that was cut go on each with their
 * own, and when they are one again the first in line makes the next for all. Secrets are random and sealed to present
 * seats alone: who left learns no later one, who came no earlier one.
 */
export class Keyer {
  private roster: Roster = { name: "", members: [] };
  private changedAt = 0;
  private madeAt = Number.NEGATIVE_INFINITY;
  private someoneLeft = false;
  private held: Held[] = [];
  private current: Held | null = null;
  private delivery: Delivery | null = null;
  private newest = 0;
  /** largest number of each keyer: none is taken twice */
  private readonly last = new Map<SeatId, number>();
  /** all should have one epoch, and somebody has a later one */
  private overtaken: { at: number; by: number } | null = null;
  private acks: Omit<KeyerStep["acks"][number], "newest">[] = [];

  constructor(
    private readonly me: SeatId,
    private readonly random: () => Bytes,
  ) {}

  /** The seats as they now are. */
  sit(roster: Roster, now: number): void {
    const before = this.roster;
    this.roster = roster;
    for (const { id } of roster.members.filter(({ here }) => here))
      if (before.members.some((was) => was.id === id && !was.here)) this.delivery?.hurry(id, now);
    if (roster.name === before.name) return;
    this.changedAt = now;
    if (before.members.some(({ id }) => !roster.members.some((member) => member.id === id))) this.someoneLeft = true;
    for (const held of this.held) {
      if (held.roster === roster.name && !held.spent) {
        held.matched = true;
        held.outdated = null;
      } else {
        held.spent ||= held.matched;
        held.outdated ??= now;
      }
    }
  }

  /** A box from its keyer, opened. @param now milliseconds since 1970, as everywhere here */
  receive(epoch: Epoch, roster: string, now: number): void {
    if (!Number.isSafeInteger(epoch.n) || epoch.n < 1 || epoch.n > MAX_N || epoch.keyer === this.me) return;
    this.acks.push({ to: epoch.keyer, n: epoch.n });
    if (epoch.n <= (this.last.get(epoch.keyer) ?? 0)) return;
    const former = this.best();
    this.add(epoch, roster, now);
    // Two were made for the same seats. Others may have the former alone: the first in line makes one for all.
    if (!former || !this.covers(former) || this.best() === former || former.epoch.keyer === epoch.keyer) return;
    const [first] = this.line();
    if (first === this.me) this.overtaken ??= { at: now, by: Number.POSITIVE_INFINITY };
    else if (first !== undefined) this.acks.push({ to: first, n: former.epoch.n });
  }

  /** @param newest the largest number that the seat knows of: where it is larger than what all should have, they have not */
  acknowledge(from: SeatId, n: number, newest: number, now: number): void {
    this.count(newest, now);
    const mine = this.delivery?.epoch.n === n;
    if (mine) this.delivery?.arrived(from);
    if (newest <= this.newest && newest > (this.best()?.epoch.n ?? newest) && (mine || this.line()[0] === this.me))
      this.overtaken ??= { at: now, by: newest };
  }

  step(now: number): KeyerStep {
    if (this.makeAt() <= now) this.make(now);
    this.change(now);
    this.trim(now);
    if (!this.covered() || this.best()?.epoch !== this.delivery?.epoch) this.delivery = null;
    if (!this.delivery && this.line()[0] !== this.me) this.overtaken = null;
    const here = new Set(this.roster.members.flatMap(({ id, here }) => (here ? [id] : [])));
    const to = this.delivery?.due(here, now) ?? [];
    const seal = this.delivery && to.length ? [{ epoch: this.delivery.epoch, roster: this.roster.name, to }] : [];
    const acks = this.acks.map((ack) => ({ ...ack, newest: this.newest }));
    this.acks = [];
    const hold = this.held.map(({ epoch }) => epoch);
    return { seal, acks, use: this.current?.epoch ?? null, hold, wake: this.wake(here) };
  }

  private count(n: number, now: number): void {
    if (n <= Math.max(this.newest, now / UNIT) + LEAP) this.newest = Math.max(this.newest, n);
  }

  private add(epoch: Epoch, roster: string, now: number): void {
    this.last.set(epoch.keyer, epoch.n);
    this.count(epoch.n, now);
    for (const held of this.held) if (held.epoch.keyer === epoch.keyer) held.outdated ??= now;
    const matched = roster === this.roster.name;
    this.held.push({ epoch, roster, since: now, matched, spent: false, outdated: null });
  }

  private make(now: number): void {
    const n = Math.max(this.newest + 1, Math.floor(now / UNIT));
    const epoch: Epoch = { n, keyer: this.me, secret: this.random() };
    this.madeAt = now;
    this.overtaken = null;
    this.add(epoch, this.roster.name, now);
    const others = this.roster.members.flatMap(({ id }) => (id === this.me ? [] : [id]));
    this.delivery = new Delivery(epoch, others, now);
  }

  /** When it is this seat's turn to make an epoch for the present seats, if none has come by then. */
  private makeAt(): number {
    const rank = this.line().indexOf(this.me);
    if (rank < 0) return Number.POSITIVE_INFINITY;
    return Math.max(this.since() + rank * TAKEOVER, this.madeAt + COALESCE);
  }

  private since(): number {
    if (!this.covered()) return this.changedAt;
    const open = this.overtaken !== null && this.overtaken.by > (this.best()?.epoch.n ?? 0);
    return open ? (this.overtaken?.at ?? 0) + OVERTAKEN : Number.POSITIVE_INFINITY;
  }

  private line(): SeatId[] {
    return this.roster.members
      .filter(({ here }) => here)
      .sort(inLine)
      .map(({ id }) => id);
  }

  private covers(held: Held): boolean {
    return held.roster === this.roster.name && !held.spent;
  }

  private covered(): boolean {
    return this.held.some((held) => this.covers(held));
  }

  private best(): Held | null {
    const places = new Map([...this.roster.members].sort(inLine).map(({ id }, place) => [id, place]));
    const placeOf = ({ epoch }: Held) => places.get(epoch.keyer) ?? Number.MAX_SAFE_INTEGER;
    const better = (a: Held, b: Held) => b.epoch.n - a.epoch.n || placeOf(a) - placeOf(b);
    const fit = this.held.filter((held) => this.covers(held)).sort(better)[0];
    return fit ?? this.current ?? [...this.held].sort(better)[0] ?? null;
  }

  private switchAt(best: Held): number {
    return this.current === null || this.someoneLeft ? Number.NEGATIVE_INFINITY : best.since + SETTLE;
  }

  private change(now: number): void {
    const best = this.best();
    if (!best || best === this.current || this.switchAt(best) > now) return;
    if (this.current) this.current.outdated = now;
    this.current = best;
    if (this.covers(best)) this.someoneLeft = false;
  }

  private trim(now: number): void {
    const best = this.best();
    const kept = (held: Held) => held === this.current || held === best;
    this.held = this.held.filter((held) => kept(held) || held.outdated === null || held.outdated + KEEP > now);
    while (this.held.length > HELD_EPOCHS) {
      const age = ({ outdated }: Held) => outdated ?? Number.POSITIVE_INFINITY;
      const [out] = this.held.filter((held) => !kept(held)).sort((a, b) => age(a) - age(b) || a.since - b.since);
      this.held = this.held.filter((held) => held !== out);
    }
  }

  private wake(here: ReadonlySet<SeatId>): number | null {
    const best = this.best();
    const times = [
      this.makeAt(),
      best && best !== this.current ? this.switchAt(best) : Number.POSITIVE_INFINITY,
      this.delivery?.next(here) ?? Number.POSITIVE_INFINITY,
      ...this.held.flatMap((held) =>
        held === this.current || held === best || held.outdated === null ? [] : [held.outdated + KEEP],
      ),
    ];
    const first = Math.min(...times);
    return first === Number.POSITIVE_INFINITY ? null : first;
  }
}
