import { DIRECTORY_ROOM, type Origin, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { placeIn } from "#protocol/record";
import { isOneTooMany, judge, mayWrite } from "../domain/claim.ts";
import type { Now } from "../domain/clock.ts";
import type { Store } from "../domain/ports.ts";
import type { Alarm } from "./alarm.ts";
import type { Applier } from "./applier.ts";
import type { FillHead, PeerMessage } from "./message.ts";

const FILL_BYTES = 256 * 1024;
/** The log gets this long to bring what is lacking before it is asked for. */
const GRACE = 1_500;
const RETRY = 2_000;
/** How many logs are fetched from one province at a time. */
const WINDOW = 16;
const MOST_LACKING = 50_000;

interface Lack {
  from: Province;
  room: RoomId;
  origin: Origin;
  upto: number;
  /** the origin's rolling hash at `upto`, where it said so */
  hash?: string | undefined;
  /** our n when we last looked, and when to ask */
  seen: number;
  due: number;
}

type Send = (to: Province, message: PeerMessage, records?: readonly Uint8Array[]) => void;

/** Anti-entropy: finds what the log did not bring, fetches it from the province it comes from, and serves the others alike. */
export class Fetcher {
  private readonly lacking = new Map<string, Lack>();

  constructor(
    private readonly store: Store,
    private readonly applier: Applier,
    private readonly send: Send,
    private readonly isUp: (province: Province) => boolean,
    private readonly now: Now,
    private readonly alarm: Alarm,
    /** n up to which a province is owed an origin's part of a room that it has no member in */
    private readonly owed: (to: Province, room: RoomId, origin: Origin) => number,
  ) {}

  /** A province says that its origin has come to n in a room. */
  expect(from: Province, room: RoomId, origin: Origin, n: number, hash?: string, grace = GRACE): void {
    // What another province wrote is fetched there: this one could have us ask in vain.
    if (provinceOf(origin) !== from) return;
    const head = this.store.heads(room).get(origin);
    const have = head?.n ?? 0;
    if (have >= n) {
      this.compare(room, origin, n, hash);
      return;
    }
    const key = room + origin;
    const known = this.lacking.get(key);
    // What does not fit is heard of again: the origin's outbox still holds it, and reminds.
    if (!known && this.lacking.size >= MOST_LACKING) return;
    const upto = Math.max(n, known?.upto ?? 0);
    const due = Math.min(known?.due ?? Number.POSITIVE_INFINITY, this.now() + grace);
    this.lacking.set(key, { from, room, origin, upto, hash: upto === n ? hash : known?.hash, seen: have, due });
  }

  /** Asks for what is overdue; call a few times a second. */
  tick(): void {
    const asked = new Map<Province, number>();
    for (const [key, lack] of this.lacking) {
      const have = this.store.heads(lack.room).get(lack.origin)?.n ?? 0;
      if (have >= lack.upto) {
        this.lacking.delete(key);
        this.compare(lack.room, lack.origin, lack.upto, lack.hash);
      } else if (have > lack.seen) {
        // The log is bringing it: leave it the time.
        lack.seen = have;
        lack.due = this.now() + GRACE;
      } else if (lack.due <= this.now() && this.isUp(lack.from) && (asked.get(lack.from) ?? 0) < WINDOW) {
        asked.set(lack.from, (asked.get(lack.from) ?? 0) + 1);
        lack.due = this.now() + RETRY;
        this.ask(lack, have);
      }
    }
  }

  /** A link came back: what is lacking there is asked for at once. */
  linkUp(from: Province): void {
    for (const lack of this.lacking.values()) if (lack.from === from) lack.due = Math.min(lack.due, this.now() + GRACE);
  }

  serve(to: Province, want: Extract<PeerMessage, { t: "want" }>): void {
    const { room: id, origin, after } = want;
    const room = this.store.room(id);
    if (provinceOf(origin) !== this.store.province) return;
    const member = id === DIRECTORY_ROOM || room?.provinces.includes(to);
    const upto = member ? want.upto : Math.min(want.upto, this.owed(to, id, origin));
    if (upto <= 0) return;
    const base = this.store.baseFor(id, origin, to);
    const start = Math.max(after, base);
    const records = start < upto ? this.store.range(id, origin, start, upto, FILL_BYTES) : [];
    const head: FillHead = {
      t: "fill",
      room: id,
      origin,
      base,
      hash: base > 0 ? this.store.hashAt(id, origin, base) : "",
    };
    if (origin !== this.store.origin) head.end = this.store.heads(id).get(origin)?.n ?? 0;
    if (base > after && room && room.home === this.store.province) {
      const { members, provinces: _, ...state } = room;
      head.state = { room: state, members: [...members.values()] };
    }
    this.send(to, head, records);
  }

  async fill(from: Province, head: FillHead, records: readonly Uint8Array[]): Promise<void> {
    const { room, origin, base } = head;
    if (provinceOf(origin) !== from) return this.alarm("refused-record", { from, room, origin, n: base });
    if (base > (this.store.heads(room).get(origin)?.n ?? 0)) {
      const { state } = head;
      const known = this.store.room(room);
      const claim = state && { ...state.room, members: state.members, removed: [] };
      const isFalse = claim && (claim.id !== room || judge(claim, room, known, from, this.store) !== "sound");
      if (isFalse || !mayWrite(known, from) || isOneTooMany(this.store, room, origin))
        return this.alarm("refused-record", { from, room, origin, n: base });
      if (!state && !known) return;
      await this.store.write(room, (tx) => {
        if (state && (tx.room(room)?.cseq ?? 0) < state.room.cseq) {
          const { kind, name, home, history, cseq, posts } = state.room;
          tx.putRoom({ id: room, kind, name, home, history, cseq, ...(posts && { posts }) });
          // Whoever was removed while this province was away is not among them.
          const members = new Set(state.members.map(({ person }) => person));
          const gone = [...(tx.room(room)?.members.keys() ?? [])].filter((id) => !members.has(id));
          tx.removeMembers(room, gone);
          tx.putMembers(room, state.members);
        }
        if (tx.head(room, origin).n < base) tx.rebase(room, origin, base, head.hash);
      });
    }
    const first = records[0];
    if (first) await this.applier.records(from, records);
    const lack = this.lacking.get(room + origin);
    const have = this.store.heads(room).get(origin)?.n ?? 0;
    if (lack && head.end !== undefined) this.endAt(lack, head.end);
    if (!lack || have >= lack.upto || !first || have < placeIn(first).n) return;
    lack.seen = have;
    lack.due = this.now() + RETRY;
    this.ask(lack, have);
  }

  /** What an earlier life had said beyond its end is said again by the present one, and is not waited for here. */
  private endAt(lack: Lack, end: number): void {
    if (lack.upto <= end) return;
    lack.upto = end;
    lack.hash = undefined;
  }

  private ask({ from, room, origin, upto }: Lack, after: number): void {
    this.send(from, { t: "want", room, origin, after, upto });
  }

  /** Two replicas that have come to the same n must have come there by the same records. */
  private compare(room: RoomId, origin: Origin, n: number, hash: string | undefined): void {
    const head = this.store.heads(room).get(origin);
    if (hash && head?.n === n && head.hash !== hash) this.alarm("diverged", { room, origin, n });
  }
}
