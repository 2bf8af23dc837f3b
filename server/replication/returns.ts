import { type Origin, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { placeIn, roomIn } from "#protocol/record";
import type { HybridClock, Now } from "../domain/clock.ts";
import type { Store, Tx, VerifyNow } from "../domain/ports.ts";
import { Returned } from "../domain/returned.ts";
import { digestAfter, isSigned, type SignedHead } from "../domain/signed-heads.ts";
import type { Alarm } from "./alarm.ts";
import type { FillHead, PeerMessage, SentMark } from "./message.ts";

/** All provinces are given this long to say what they have before it is asked for. */
const GRACE = 1_500;
const RETRY = 5_000;
/** Of one province: logs that are fetched at a time, and of which it is heard that it has more. */
const WINDOW = 16;
const MOST = 5_000;
/** Of one log, and of all that one province brings: held until its proof is come to. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Records that are taken in one transaction. */
const TOGETHER = 500;
/** Logs of which is remembered that a province could not show them. */
const MOST_VAIN = 50_000;
/** A province is alarmed about so often, whatever it says that it has. */
const HOUR = 3_600_000;
/** Questions that were not answered before another province is asked, and before this one is asked no more. */
const PATIENT = 3;
const MOST_UNANSWERED = 5;

type Send = (to: Province, message: PeerMessage) => void;

/** A log of an earlier life that goes on elsewhere. */
interface Lost {
  room: RoomId;
  origin: Origin;
  /** what provinces say that they have of it */
  offers: Map<Province, { mark: SentMark; unanswered: number }>;
  due: number;
  asked?: Asked;
}

interface Asked {
  from: Province;
  after: number;
  tries: number;
  bytes: number;
  records: Uint8Array[];
}

/**
 * Brings back what this province wrote in earlier lives of its folder and forgot. Other provinces have it, and could make it
 * up: believed is what this province's key signed, and nothing else.
 */
export class Returns {
  private readonly lost = new Map<string, Lost>();
  /** how many logs each province says that it has more of */
  private readonly offered = new Map<Province, number>();
  /** n up to which a province could not show what it says that it has, in this run */
  private readonly vain = new Map<string, number>();
  /** what provinces could not show in this round */
  private unproven: { from: Province; room: RoomId; origin: Origin; n: number }[] = [];
  private readonly toldAt = new Map<Province, number>();
  /** something came back in this round; and to some province it is to be said again */
  private taken = false;
  private differs = false;

  constructor(
    private readonly store: Store,
    private readonly clock: HybridClock,
    private readonly send: Send,
    private readonly isUp: (province: Province) => boolean,
    private readonly now: Now,
    private readonly alarm: Alarm,
    private readonly verify: VerifyNow,
    /** this province's public key */
    private readonly key: string,
    private readonly peers: readonly Province[],
    /**
     * Something came back: what others have of it is to be heard anew. `differs`: some province holds other events under the
     * same numbers, and is to get it under new ones.
     */
    private readonly onTaken: (differs: boolean) => void,
  ) {}

  /** A province says what it has of an own log of an earlier life. */
  offer(from: Province, mark: SentMark): void {
    const { room, origin, n } = mark;
    if (provinceOf(origin) !== this.store.province || origin === this.store.origin) return;
    if (n <= this.have(room, origin) || n <= (this.vain.get(from + room + origin) ?? 0)) return;
    const lost = this.lost.get(room + origin) ?? { room, origin, offers: new Map(), due: this.now() + GRACE };
    const count = this.offered.get(from) ?? 0;
    const known = lost.offers.get(from);
    // What does not fit is heard of again when this has come.
    if (!known && count >= MOST) return;
    if (!known) this.offered.set(from, count + 1);
    lost.offers.set(from, { mark, unanswered: known?.unanswered ?? 0 });
    this.lost.set(room + origin, lost);
  }

  /** Whether something is still to come. */
  get isWaiting(): boolean {
    return this.lost.size > 0;
  }

  /** Asks for what is due; call a few times a second. */
  tick(): void {
    const busy = new Map<Province, number>();
    for (const { asked } of this.lost.values()) if (asked) busy.set(asked.from, (busy.get(asked.from) ?? 0) + 1);
    for (const lost of this.lost.values()) {
      if (lost.due > this.now()) continue;
      const { asked } = lost;
      if (asked && ++asked.tries <= PATIENT) {
        this.ask(lost, asked);
        continue;
      }
      if (asked) this.unanswered(lost, asked.from);
      const from = this.next(lost);
      if (from === undefined) lost.due = this.now() + RETRY;
      else if ((busy.get(from) ?? 0) < WINDOW) {
        busy.set(from, (busy.get(from) ?? 0) + 1);
        lost.asked = { from, after: this.have(lost.room, lost.origin), tries: 0, bytes: 0, records: [] };
        this.ask(lost, lost.asked);
      }
    }
  }

  async take(from: Province, head: FillHead, records: readonly Uint8Array[]): Promise<void> {
    const lost = this.lost.get(head.room + head.origin);
    const asked = lost?.asked;
    if (!lost || asked?.from !== from) return;
    for (const record of records) {
      const { origin, n } = placeIn(record);
      // Said twice, it was asked for twice.
      if (n <= asked.after + asked.records.length) continue;
      asked.bytes += record.length;
      const isNext = n === asked.after + asked.records.length + 1;
      if (!isNext || origin !== lost.origin || roomIn(record) !== lost.room || asked.bytes > MOST_BYTES)
        return this.inVain(lost, from);
      asked.records.push(record.slice());
    }
    // What does not fit beside others is asked for again when these have come.
    if (this.held(from) > MOST_BYTES) return this.again(lost, RETRY);
    const { signed } = head;
    const end = asked.after + asked.records.length;
    const upto = this.upto(lost, from);
    const isOver = records.length === 0 || end >= upto;
    // Beyond its signed head may stand what a later life has said again: nothing is lacking then.
    if (!signed || signed.n <= asked.after) {
      if (!isOver) return this.ask(lost, asked);
      return this.done(lost, from, end >= upto && this.returned(lost).isKnown(asked.records));
    }
    if (end < signed.n) return isOver ? this.inVain(lost, from) : this.ask(lost, asked);
    const proven = asked.records.slice(0, signed.n - asked.after);
    if (asked.after !== this.have(lost.room, lost.origin)) return this.again(lost, 0);
    if (!this.isProven(lost, proven, signed)) return this.inVain(lost, from);
    await this.enter(lost, from, proven);
  }

  /** Whom to ask: of those that can be reached and answer, the one that has most. */
  private next(lost: Lost): Province | undefined {
    const after = this.have(lost.room, lost.origin);
    for (const [from, { mark }] of lost.offers) if (mark.n <= after) this.forget(lost, from);
    const [best] = [...lost.offers]
      .filter(([from]) => this.isUp(from))
      .sort(([, a], [, b]) => a.unanswered - b.unanswered || b.mark.n - a.mark.n);
    return best?.[0];
  }

  private unanswered(lost: Lost, from: Province): void {
    delete lost.asked;
    const offer = lost.offers.get(from);
    if (offer && ++offer.unanswered >= MOST_UNANSWERED) this.forget(lost, from);
  }

  private ask(lost: Lost, asked: Asked): void {
    const { room, origin } = lost;
    const upto = this.upto(lost, asked.from);
    lost.due = this.now() + RETRY;
    this.send(asked.from, { t: "want", room, origin, after: asked.after + asked.records.length, upto });
  }

  private isProven({ room, origin }: Lost, records: readonly Uint8Array[], signed: SignedHead): boolean {
    const digest = records.reduce(digestAfter, this.store.digest(room, origin));
    return digest === signed.digest && isSigned(room, origin, signed, (text, by) => this.verify(this.key, text, by));
  }

  private async enter(lost: Lost, from: Province, records: readonly Uint8Array[]): Promise<void> {
    const { room } = lost;
    const returned = this.returned(lost);
    if (returned.isKnown(records)) return this.done(lost, from, true);
    if (!returned.canBegin(records)) return this.again(lost, RETRY);
    for (let at = 0; at < records.length; at += TOGETHER) {
      const isLast = at + TOGETHER >= records.length;
      await this.store.write(room, (tx) => {
        for (const record of records.slice(at, at + TOGETHER)) returned.take(tx, record);
        if (isLast) this.mark(tx, lost, from);
      });
    }
    this.clock.observe(placeIn(records.at(-1) as Uint8Array).stamp);
    this.taken = true;
    this.again(lost, 0);
  }

  private returned({ room, origin }: Lost): Returned {
    return new Returned(this.store, this.verify, room, origin, this.peers);
  }

  /** Who has what came back need not be sent it. */
  private mark(tx: Tx, { room, origin, offers }: Lost, from: Province): void {
    const { n } = tx.head(room, origin);
    for (const [holder, { mark }] of offers) {
      const isSame = holder === from || (mark.n <= n && tx.agrees(mark, mark.hash));
      if (isSame) tx.mark([{ room, holder, kind: "s", origin, n: Math.min(mark.n, n) }], false);
      else this.differs = true;
    }
  }

  /** What a province has and cannot show stays where it is. */
  private inVain(lost: Lost, from: Province): void {
    this.done(lost, from, false);
  }

  /** The province has nothing more to bring; `isKnown`: nothing of what it says that it has is lacking here. */
  private done(lost: Lost, from: Province, isKnown: boolean): void {
    const { room, origin } = lost;
    const n = this.upto(lost, from);
    if (this.vain.size >= MOST_VAIN) this.vain.clear();
    this.vain.set(from + room + origin, n);
    if (!isKnown) this.unproven.push({ from, room, origin, n });
    this.again(lost, 0);
    this.forget(lost, from);
  }

  private again(lost: Lost, ms: number): void {
    delete lost.asked;
    lost.due = this.now() + ms;
  }

  /** A province brings nothing more of a log. When none does of any, the round is over. */
  private forget(lost: Lost, from: Province): void {
    if (!lost.offers.delete(from)) return;
    this.offered.set(from, (this.offered.get(from) ?? 1) - 1);
    if (lost.offers.size > 0) return;
    this.lost.delete(lost.room + lost.origin);
    if (this.lost.size > 0) return;
    this.tellUnproven();
    const { taken, differs } = this;
    this.taken = this.differs = false;
    if (taken) this.onTaken(differs);
  }

  /** Of each province, how many logs go on there and came from nobody. */
  private tellUnproven(): void {
    const told = new Map<Province, { room: RoomId; logs: number }>();
    for (const { from, room, origin, n } of this.unproven)
      if (n > this.have(room, origin)) told.set(from, { room, logs: (told.get(from)?.logs ?? 0) + 1 });
    this.unproven = [];
    for (const [from, { room, logs }] of told) {
      if (this.now() - (this.toldAt.get(from) ?? Number.NEGATIVE_INFINITY) < HOUR) continue;
      this.toldAt.set(from, this.now());
      this.alarm("unproven", { from, logs, room });
    }
  }

  private held(from: Province): number {
    let bytes = 0;
    for (const { asked } of this.lost.values()) if (asked?.from === from) bytes += asked.bytes;
    return bytes;
  }

  private upto(lost: Lost, from: Province): number {
    return lost.offers.get(from)?.mark.n ?? 0;
  }

  private have(room: RoomId, origin: Origin): number {
    return this.store.heads(room).get(origin)?.n ?? 0;
  }
}
