import type { EventId, Origin } from "#protocol/ids";
import { isBlank, placeIn } from "#protocol/record";
import type { Head } from "#protocol/room";
import { comparePlace, type Place } from "#protocol/stamp";
import { Ahead } from "./ahead.ts";
import { type Chunk, Chunks } from "./chunks.ts";
import type { Item } from "./items.ts";

export type Vector = Record<Origin, number>;

/** What is kept of a room's log besides its records. */
export interface LogRow {
  ready: boolean;
  more: boolean;
  floor: Place | null;
  lo: Vector;
  hi: Vector;
  chunks: Chunk[];
  ends?: Vector;
  told?: Vector;
  blanks?: boolean;
}

/**
 * A room's log as far as this client has it. Per origin it holds an unbroken run [lo, hi]; live events lengthen it at
 * hi, pages of history at lo. `floor` is the place above which nothing is missing: a page brings the newest of what
 * lies below lo, merged, so whatever is still on the node stands below the page's oldest record. Chunks that are kept
 * but not loaded raise that bound to their newest record. What is shown begins at the higher of the two, so nothing is
 * ever shown with a hole in it, and a late event of a healed province goes to its place.
 */
export class RoomLog {
  ready = false;
  more = true;
  /** whether in the place of some event the node gave a blank: what stands there may be believed later */
  blanks = false;
  floor: Place | null = null;
  lo: Vector = {};
  hi: Vector = {};
  /** how often the log was begun anew: answers to older questions are void */
  life = 0;
  /** the records in their chunks */
  readonly chunks: Chunks;
  private readonly ahead = new Ahead();
  private bases: Vector = {};
  /** the bases of the node on which the end of history was reached: another node may hold what lies below them */
  private ends: Vector = {};
  /** how far the present node is known to have each origin: it may be behind what is here */
  private node: Vector = {};
  /** up to where events were answered as new, which each of them is once */
  private told: Vector = {};

  constructor(row?: LogRow) {
    this.chunks = new Chunks(row ? row.chunks.slice() : []);
    if (!row) return;
    this.ready = row.ready;
    this.more = row.more;
    this.blanks = row.blanks === true;
    this.floor = row.floor;
    this.lo = { ...row.lo };
    this.hi = { ...row.hi };
    this.ends = { ...row.ends };
    this.told = { ...(row.told || row.hi) };
  }

  row(): LogRow {
    const { ready, more, blanks, floor, lo, hi, ends, told } = this;
    return {
      ready,
      more,
      blanks,
      floor,
      lo: { ...lo },
      hi: { ...hi },
      chunks: this.chunks.list.slice(),
      ends: { ...ends },
      told: { ...told },
    };
  }

  /** The loaded events by place, oldest first; some of them may not be shown yet. */
  get items(): readonly Item[] {
    return this.chunks.items.list;
  }
  get byId(): ReadonlyMap<EventId, Item> {
    return this.chunks.items.byId;
  }

  /**
   * A node's heads say where each origin's part begins. Where the policy withholds what came before a province came in,
   * one's own province may hold more than the one that was last asked: then there is older history after all.
   */
  learn(heads: Record<Origin, Head>): void {
    this.node = {};
    for (const origin of Object.keys(heads)) {
      const { base, n } = heads[origin] as Head;
      this.node[origin] = n;
      this.bases[origin] = base;
      const end = this.ends[origin];
      if (end === undefined || base < end) this.ends[origin] = base;
      if (end !== undefined && base < end && this.ready && !this.more) this.reopen(origin);
    }
  }

  /** Nothing is missing above the first event of the origin that is here; what else is loaded is shown when it is joined. */
  private reopen(origin: Origin): void {
    const first = this.items.find((item) => item.origin === origin && item.n === this.lo[origin]);
    const floor = first ?? this.items[this.items.length - 1];
    this.more = true;
    if (floor && (!this.floor || comparePlace(floor, this.floor) > 0))
      this.floor = { stamp: floor.stamp, origin: floor.origin, n: floor.n };
    if (!this.floor) this.ready = false;
  }

  /** What a resume says: up to where nothing is missing. Undefined before the first page. */
  have(): Vector | undefined {
    return this.ready ? this.hi : undefined;
  }

  /** Live records. Answers those that are new and in place; others wait behind a hole. */
  take(records: readonly Uint8Array[]): Item[] {
    const fresh: Item[] = [];
    const touched = new Set<Origin>();
    for (const record of records) {
      const { origin, n } = placeIn(record);
      this.node[origin] = Math.max(n, this.node[origin] || 0);
      if (this.ready && n === this.next(origin)) this.append(record, origin, n, fresh);
      else if (!this.ready || n > this.next(origin)) this.ahead.put(origin, n, record);
      touched.add(origin);
    }
    if (this.ready) for (const origin of touched) this.drain(origin, fresh);
    return fresh;
  }

  /** All that a resuming client lacked, in any order: holes in it are events that this person may not see. */
  resume(records: readonly Uint8Array[]): Item[] {
    const fresh: Item[] = [];
    const sorted = records
      .map((record) => ({ record, place: placeIn(record) }))
      .sort((a, b) => comparePlace(a.place, b.place) || a.place.n - b.place.n);
    for (const { record, place } of sorted)
      if (place.n >= this.next(place.origin)) this.append(record, place.origin, place.n, fresh);
    this.drainAll(fresh);
    return fresh;
  }

  /** Begins anew with the newest page; answers what was not here before. `heads`: what the node has, so that origins not on the page count as known. */
  restart(records: readonly Uint8Array[], more: boolean, heads: Record<Origin, Head>): Item[] {
    const known = { ...this.node };
    for (const origin of Object.keys(heads)) known[origin] = Math.max((heads[origin] as Head).n, known[origin] || 0);
    this.chunks.clear();
    this.life++;
    this.blanks = false;
    this.ready = true;
    this.lo = {};
    this.hi = {};
    const fresh: Item[] = [];
    this.older(records, more);
    fresh.push(...this.items.filter(({ origin, n }) => n > (this.told[origin] || 0)));
    for (const { origin, n } of fresh) this.told[origin] = Math.max(n, this.told[origin] || 0);
    // Of an origin that is not on the page all that this node has is older. What another node had beyond that is not
    // here any more, and comes when this one has it.
    for (const origin of Object.keys(known)) {
      if (this.hi[origin] !== undefined) continue;
      this.hi[origin] = known[origin] as number;
      this.lo[origin] = (known[origin] as number) + 1;
    }
    this.drainAll(fresh);
    return fresh;
  }

  /**
   * True where the present node has not yet all that lies below what is here: a page of it would pass over the rest.
   */
  get behind(): boolean {
    return Object.keys(this.lo).some((origin) => (this.lo[origin] as number) - 1 > (this.node[origin] || 0));
  }

  /** What to ask a page below. */
  before(): Vector {
    return { ...this.lo };
  }

  /** A page of history below `before()`, newest first. */
  older(records: readonly Uint8Array[], more: boolean): void {
    // Pages of history come after all that is kept was loaded; a room closed meanwhile asks again.
    if (this.chunks.unloaded !== undefined) return;
    const kept: Uint8Array[] = [];
    let oldest: Place | undefined;
    for (const record of records) {
      const place = placeIn(record);
      if (!oldest || comparePlace(place, oldest) < 0) oldest = place;
      const lo = this.lo[place.origin];
      if (lo !== undefined && place.n >= lo) continue;
      if (lo === undefined) this.hi[place.origin] = Math.max(place.n, this.hi[place.origin] || 0);
      this.lo[place.origin] = place.n;
      if (isBlank(record)) this.blanks = true;
      kept.push(record);
    }
    this.more = more && oldest !== undefined;
    this.floor = this.more && oldest ? oldest : null;
    if (!this.more) this.ends = { ...this.bases };
    this.chunks.prepend(kept.reverse());
  }

  /** The loaded events that nothing unloaded can stand between, oldest first. */
  visible(): readonly Item[] {
    const { bound: kept } = this.chunks;
    const bound = kept && this.floor && comparePlace(kept, this.floor) < 0 ? this.floor : kept || this.floor;
    if (!this.ready || (this.more && !this.floor)) return [];
    return bound ? this.items.slice(this.chunks.items.indexOf(bound)) : this.items;
  }
  get hasOlder(): boolean {
    return this.chunks.unloaded !== undefined || this.more;
  }

  /** Events exist on the present node that have not come: holes, though nothing stands behind them yet. */
  expectAll(heads: Record<Origin, Head>): void {
    for (const origin of Object.keys(heads)) this.expect(origin, (heads[origin] as Head).n);
  }
  /** Event n of the origin exists. */
  expect(origin: Origin, n: number): void {
    this.ahead.expect(origin, n);
  }

  /** The first hole: what to ask for, or undefined where there is none. */
  hole(): { origin: Origin; after: number; upto: number; before: Vector } | undefined {
    if (!this.ready) return undefined;
    for (const origin of this.ahead.origins()) {
      const upto = this.ahead.first(origin);
      const next = this.next(origin);
      // At `next` only where the node has told meanwhile that the origin begins there: it is to be accepted.
      if (upto < next || (upto === next && !this.ahead.has(origin))) continue;
      const before: Vector = {};
      for (const other of Object.keys({ ...this.bases, ...this.hi })) before[other] = 1;
      before[origin] = upto;
      return { origin, after: this.hi[origin] || this.bases[origin] || 0, upto, before };
    }
    return undefined;
  }
  /** Nothing older of the origin is to be had: its part begins behind the hole. */
  accept(origin: Origin): Item[] {
    if (!this.ahead.has(origin) || this.hi[origin] !== undefined) return [];
    this.bases[origin] = this.ahead.first(origin) - 1;
    const fresh: Item[] = [];
    this.drain(origin, fresh);
    return fresh;
  }

  private next(origin: Origin): number {
    const hi = this.hi[origin];
    return (hi !== undefined ? hi : this.bases[origin] || 0) + 1;
  }

  private append(record: Uint8Array, origin: Origin, n: number, fresh: Item[]): void {
    if (this.lo[origin] === undefined) this.lo[origin] = n;
    this.hi[origin] = n;
    const isNew = n > (this.told[origin] || 0);
    if (isNew) this.told[origin] = n;
    if (isBlank(record)) this.blanks = true;
    this.chunks.append(record, isNew ? fresh : []);
  }

  private drain(origin: Origin, fresh: Item[]): void {
    for (;;) {
      const n = this.next(origin);
      const record = this.ahead.get(origin, n);
      if (!record) break;
      this.append(record, origin, n, fresh);
    }
    this.ahead.prune(origin, this.next(origin));
  }
  private drainAll(fresh: Item[]): void {
    for (const origin of this.ahead.origins()) this.drain(origin, fresh);
  }
}
