import { type Origin, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { placeIn, roomIn } from "#protocol/record";
import type { HybridClock, Now } from "../domain/clock.ts";
import type { Store, VerifyNow } from "../domain/ports.ts";
import { Returned } from "../domain/returned.ts";
import { digestAfter, isSigned, type SignedHead } from "../domain/signed-heads.ts";
import type { Alarm } from "./alarm.ts";
import type { FillHead, PeerMessage, SentMark } from "./message.ts";

/** All provinces are given this long to say what they have before it is asked for. */
const GRACE = 1_500;
const RETRY = 5_000;
/** Logs that are fetched at a time, and those that one province is heard of. */
const WINDOW = 16;
const MOST = 5_000;
/** Of one log, held until its proof is come to. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Records that are taken in one transaction. */
const TOGETHER = 500;
/** Questions that were not answered before another province is asked. */
const PATIENT = 3;

type Send = (to: Province, message: PeerMessage) => void;

/** A log of an earlier life that goes on elsewhere. */
interface Lost {
  room: RoomId;
  origin: Origin;
  /** what provinces say that they have of it */
  offers: Map<Province, SentMark>;
  due: number;
  asked?: { from: Province; after: number; tries: number; bytes: number; records: Uint8Array[] };
}

/**
 * Brings back what this province wrote in earlier lives of its folder and forgot. Other provinces have it, and could make it
 * up: believed is what this province's key signed, and nothing else. Its own log says the rest: what came with it, came so.
 */
export class Returns {
  private readonly lost = new Map<string, Lost>();
  /** n up to which a province could not show what it says that it has, in this run */
  private readonly vain = new Map<string, number>();
  private unproven = new Map<Province, { logs: number; room: RoomId }>();
  private taken = false;

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
    /** something came back: what others have of it is to be heard anew */
    private readonly onTaken: () => void,
  ) {}

  /** A province says what it has of an own log of an earlier life. */
  offer(from: Province, mark: SentMark): void {
    const { room, origin, n } = mark;
    if (provinceOf(origin) !== this.store.province || origin === this.store.origin) return;
    if (n <= this.have(room, origin) || n <= (this.vain.get(from + room + origin) ?? 0)) return;
    const key = room + origin;
    const lost = this.lost.get(key);
    if (lost) lost.offers.set(from, mark);
    else if (this.lost.size < MOST * this.peers.length)
      this.lost.set(key, { room, origin, offers: new Map([[from, mark]]), due: this.now() + GRACE });
  }

  /** Asks for what is due; call a few times a second. */
  tick(): void {
    let asked = 0;
    for (const lost of this.lost.values()) {
      if (asked >= WINDOW) break;
      if (lost.asked) asked++;
      if (lost.due > this.now()) continue;
      if (lost.asked && ++lost.asked.tries > PATIENT) delete lost.asked;
      const next = lost.asked ?? this.begin(lost);
      if (next) this.ask(lost, next);
      else lost.due = this.now() + RETRY;
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
    const { signed } = head;
    const end = asked.after + asked.records.length;
    if (!signed || signed.n <= asked.after || (records.length === 0 && end < signed.n)) return this.inVain(lost, from);
    if (end < signed.n) return this.ask(lost, asked);
    const proven = asked.records.slice(0, signed.n - asked.after);
    if (asked.after !== this.have(lost.room, lost.origin)) return this.again(lost, 0);
    if (!this.isProven(lost, proven, signed)) return this.inVain(lost, from);
    await this.enter(lost, from, proven);
  }

  private begin(lost: Lost): Lost["asked"] {
    const after = this.have(lost.room, lost.origin);
    for (const [from, { n }] of lost.offers) if (n <= after) lost.offers.delete(from);
    if (lost.offers.size === 0) {
      this.drop(lost);
      return undefined;
    }
    const [best] = [...lost.offers].filter(([from]) => this.isUp(from)).sort(([, a], [, b]) => b.n - a.n);
    if (!best) return undefined;
    lost.asked = { from: best[0], after, tries: 0, bytes: 0, records: [] };
    return lost.asked;
  }

  private ask(lost: Lost, asked: NonNullable<Lost["asked"]>): void {
    const { room, origin } = lost;
    const upto = lost.offers.get(asked.from)?.n ?? 0;
    lost.due = this.now() + RETRY;
    this.send(asked.from, { t: "want", room, origin, after: asked.after + asked.records.length, upto });
  }

  private isProven({ room, origin }: Lost, records: readonly Uint8Array[], signed: SignedHead): boolean {
    const digest = records.reduce(digestAfter, this.store.digest(room, origin));
    return digest === signed.digest && isSigned(room, origin, signed, (text, by) => this.verify(this.key, text, by));
  }

  private async enter(lost: Lost, from: Province, records: readonly Uint8Array[]): Promise<void> {
    const { room, origin } = lost;
    const returned = new Returned(this.store, this.verify, room, origin, this.peers);
    if (returned.isKnown(records)) {
      this.vain.set(from + room + origin, lost.offers.get(from)?.n ?? 0);
      lost.offers.delete(from);
      return this.again(lost, 0);
    }
    if (!returned.canBegin(records)) return this.again(lost, RETRY);
    for (let at = 0; at < records.length; at += TOGETHER) {
      const isLast = at + TOGETHER >= records.length;
      await this.store.write(room, (tx) => {
        for (const record of records.slice(at, at + TOGETHER)) returned.take(tx, record);
        if (isLast) this.mark(tx, lost);
      });
    }
    this.clock.observe(placeIn(records.at(-1) as Uint8Array).stamp);
    this.taken = true;
    const { n } = lost.offers.get(from) ?? { n: 0 };
    if (n > this.have(room, origin)) return this.inVain(lost, from);
    this.again(lost, 0);
  }

  /** Who has what came back need not be sent it. */
  private mark(tx: Parameters<Parameters<Store["write"]>[1]>[0], { room, origin, offers }: Lost): void {
    const { n: head } = tx.head(room, origin);
    for (const [holder, mark] of offers)
      if (tx.agrees(mark, mark.hash))
        tx.mark([{ room, holder, kind: "s", origin, n: Math.min(mark.n, head) }], false);
  }

  /** What a province has and cannot show stays where it is. */
  private inVain(lost: Lost, from: Province): void {
    const { room, origin, offers } = lost;
    this.vain.set(from + room + origin, offers.get(from)?.n ?? 0);
    offers.delete(from);
    const { logs = 0 } = this.unproven.get(from) ?? {};
    this.unproven.set(from, { logs: logs + 1, room });
    this.again(lost, 0);
  }

  private again(lost: Lost, ms: number): void {
    delete lost.asked;
    lost.due = this.now() + ms;
    if (lost.offers.size === 0) this.drop(lost);
  }

  private drop(lost: Lost): void {
    this.lost.delete(lost.room + lost.origin);
    if (this.lost.size > 0) return;
    for (const [from, { logs, room }] of this.unproven) this.alarm("unproven", { from, logs, room });
    this.unproven = new Map();
    if (this.taken) this.onTaken();
    this.taken = false;
  }

  private have(room: RoomId, origin: Origin): number {
    return this.store.heads(room).get(origin)?.n ?? 0;
  }
}
