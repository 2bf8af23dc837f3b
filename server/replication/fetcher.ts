import { DIRECTORY_ROOM, type Origin, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { placeIn } from "#protocol/record";
import { applyState } from "../domain/apply.ts";
import { isOneTooMany, judge } from "../domain/claim.ts";
import type { Now } from "../domain/clock.ts";
import type { Store } from "../domain/ports.ts";
import { everCarried } from "../domain/writers.ts";
import type { Alarm } from "./alarm.ts";
import type { Applier } from "./applier.ts";
import { type Lack, Lacking } from "./lacking.ts";
import type { FillHead, PeerMessage } from "./message.ts";
import { type Sign, signEnd } from "./signing.ts";

const FILL_BYTES = 256 * 1024;
/** The log gets this long to bring what is lacking before it is asked for. */
const GRACE = 1_500;
const RETRY = 2_000;
/** Questions that were in vain before the next ones wait ever longer, up to a minute. */
const PATIENT = 6;
const LONGEST = 60_000;
/** How many logs are fetched from one province at a time. */
const WINDOW = 16;

type Send = (to: Province, message: PeerMessage, records?: readonly Uint8Array[]) => void;

/** Anti-entropy: finds what the log did not bring, fetches it from the province it comes from, and serves the others alike. */
export class Fetcher {
  private readonly lacking = new Lacking();

  constructor(
    private readonly store: Store,
    private readonly applier: Applier,
    private readonly send: Send,
    private readonly isUp: (province: Province) => boolean,
    private readonly now: Now,
    private readonly alarm: Alarm,
    /** n up to which a province is owed an origin's part of a room that it has no member in */
    private readonly owed: (to: Province, room: RoomId, origin: Origin) => number,
    private readonly sign: Sign,
  ) {}

  /** A province says that its origin has come to n in a room. */
  expect(from: Province, room: RoomId, origin: Origin, n: number, hash?: string, grace = GRACE): void {
    // What another province wrote is fetched there: this one could have us ask in vain.
    if (provinceOf(origin) !== from) return;
    const known = this.lacking.get(from, room, origin);
    if (!known && this.lacking.isFull(from)) return;
    const have = this.store.heads(room).get(origin)?.n ?? 0;
    if (have >= n) {
      this.compare(room, origin, n, hash);
      return;
    }
    if (!known) {
      this.lacking.put({ from, room, origin, upto: n, hash, seen: have, due: this.now() + grace, tries: 0 });
      return;
    }
    if (n > known.upto) known.hash = hash;
    known.upto = Math.max(n, known.upto);
    // Who says the same again does not have us ask again the sooner.
    if (!known.held) known.due = Math.min(known.due, this.now() + (known.tries > 0 ? RETRY : grace));
  }

  /** What stands at n cannot be taken before a time to come: it is not asked for until then. */
  hold(from: Province, room: RoomId, origin: Origin, n: number, ms: number): void {
    const seen = this.store.heads(room).get(origin)?.n ?? 0;
    const upto = Math.max(n, this.lacking.get(from, room, origin)?.upto ?? 0);
    this.lacking.put({ from, room, origin, upto, seen, due: this.now() + Math.min(ms, LONGEST), tries: 0, held: true });
  }

  /** Asks for what is overdue; call a few times a second. */
  tick(): void {
    const asked = new Map<Province, number>();
    for (const lack of this.lacking.due(this.now())) {
      const have = this.store.heads(lack.room).get(lack.origin)?.n ?? 0;
      lack.held = false;
      if (have >= lack.upto) {
        this.lacking.drop(lack);
        this.compare(lack.room, lack.origin, lack.upto, lack.hash);
      } else if (have > lack.seen) {
        // The log is bringing it: leave it the time.
        lack.seen = have;
        lack.tries = 0;
        lack.due = this.now() + GRACE;
      } else if (this.isUp(lack.from) && (asked.get(lack.from) ?? 0) < WINDOW) {
        asked.set(lack.from, (asked.get(lack.from) ?? 0) + 1);
        lack.due = this.now() + Math.min(LONGEST, RETRY * 2 ** Math.max(0, lack.tries++ - PATIENT));
        this.ask(lack, have);
      }
    }
  }

  /** A link came back: what is lacking there is asked for at once. */
  linkUp(from: Province): void {
    for (const lack of this.lacking.from(from)) {
      lack.tries = 0;
      if (!lack.held) lack.due = Math.min(lack.due, this.now() + GRACE);
    }
  }

  serve(to: Province, want: Extract<PeerMessage, { t: "want" }>): void {
    const { room: id, origin, after } = want;
    const room = this.store.room(id);
    if (provinceOf(origin) === to) this.giveBack(to, want);
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
    if (base > after) head.digest = this.store.digest(id, origin, base);
    const last = records.at(-1);
    if (last && placeIn(last).n === this.store.heads(id).get(origin)?.n) {
      const signed = signEnd(id, origin, this.store, this.sign);
      if (signed) head.signed = signed;
    }
    if (origin !== this.store.origin) head.end = this.store.heads(id).get(origin)?.n ?? 0;
    // Of a life that began after the province came into the room nothing is withheld, but of those before.
    const isPartial = after === 0 && room?.history === "joined";
    if ((base > after || isPartial) && room && room.home === this.store.province) {
      // What its people here make of the room is theirs, and no other province's to know (R194).
      const { members, provinces: _, contacts: __, ...state } = room;
      head.state = { room: state, members: [...members.values()] };
    }
    this.send(to, head, records);
  }

  /** What a province wrote itself and has here: it may have forgotten it. */
  private giveBack(to: Province, { room, origin, after, upto }: Extract<PeerMessage, { t: "want" }>): void {
    const log = this.store.heads(room).get(origin);
    if (!log) return;
    const { base } = log;
    const records = this.store.range(room, origin, Math.max(after, base), upto, FILL_BYTES);
    const signed = this.store.signedHead(room, origin);
    const hash = base > 0 ? this.store.hashAt(room, origin, base) : "";
    this.send(to, { t: "fill", room, origin, base, hash, ...(signed && { signed }) }, records);
  }

  async fill(from: Province, head: FillHead, records: readonly Uint8Array[]): Promise<void> {
    const { room, origin, base } = head;
    if (provinceOf(origin) !== from) return this.alarm("refused-record", { from, room, origin, n: base });
    if (base > (this.store.heads(room).get(origin)?.n ?? 0) || (head.state && !this.store.room(room))) {
      const { state } = head;
      const known = this.store.room(room);
      const present = new Set(state?.members.map(({ person }) => person));
      const removed = [...(known?.members.keys() ?? [])].filter((person) => !present.has(person));
      const claim = state && { ...state.room, members: state.members, removed };
      const isFalse = claim && (claim.id !== room || judge(claim, room, known, from, this.store) !== "sound");
      const isOthers = known?.kind === "direct" && !known.provinces.includes(from);
      if (isFalse || isOthers || isOneTooMany(this.store, room, origin))
        return this.alarm("refused-record", { from, room, origin, n: base });
      // Its home has not said here, or not yet, that the province takes part.
      if (!state && !(known && everCarried(known, this.store.writers(room), from))) return;
      await this.store.write(room, (tx) => {
        if (state) applyState(tx, state.room, state.members, this.store);
        if (tx.head(room, origin).n < base) tx.rebase(room, origin, base, head.hash, head.digest);
      });
    }
    const first = records[0];
    if (first) await this.applier.records(from, records, head.signed ? [{ end: head, head: head.signed }] : []);
    const lack = this.lacking.get(from, room, origin);
    const have = this.store.heads(room).get(origin)?.n ?? 0;
    if (lack && head.end !== undefined) this.endAt(lack, head.end);
    if (!lack || lack.held || have >= lack.upto || !first || have < placeIn(first).n) return;
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
