import { comparePlace, type Place } from "#protocol/stamp";
import { type Item, Items } from "./items.ts";

/** About a hundred records that are kept and loaded together. Along a room's chunks each origin's n only grows. */
export interface Chunk {
  /** its name: chunks of older history have lower numbers */
  i: number;
  count: number;
  /** place of the newest record in it */
  max: Place;
}

const FULL = 100;

const later = (a: Place, b: Place): Place => (comparePlace(a, b) > 0 ? a : b);

/** The records of a room in chunks, of which the newest are loaded; and what of them has yet to be kept. */
export class Chunks {
  readonly items = new Items();
  /** chunks whose records changed since they were kept, and those to be removed */
  readonly dirty = new Map<number, Uint8Array[]>();
  readonly dropped = new Set<number>();
  /** how many of the oldest are not loaded */
  private away: number;
  /** records of the newest chunk, when it was begun here and can grow */
  private tail: Uint8Array[] | undefined;

  constructor(public list: Chunk[]) {
    this.away = list.length;
  }

  /** Forgets all records; chunks that follow get new names, lest one stands for another's records. */
  clear(): void {
    const last = this.list[this.list.length - 1];
    for (const { i } of this.list) this.dropped.add(i);
    this.dirty.clear();
    this.items.clear();
    this.tail = undefined;
    this.away = 0;
    this.list = [];
    if (last) this.first = last.i + 1;
  }
  private first = 0;

  /** Adds a new record; `fresh` takes the event unless its id is known. */
  append(record: Uint8Array, fresh: Item[]): void {
    const last = this.list[this.list.length - 1];
    if (!this.tail || !last || last.count >= FULL) {
      this.tail = [record];
      const i = last ? last.i + 1 : this.first;
      this.list.push(this.enter(i, this.tail, fresh));
      this.dirty.set(i, this.tail);
      return;
    }
    this.tail.push(record);
    const { max } = this.enter(last.i, [record], fresh);
    this.list[this.list.length - 1] = { i: last.i, count: last.count + 1, max: later(max, last.max) };
    this.dirty.set(last.i, this.tail);
  }

  /** Adds a page of history, oldest first, before all others; only when all of them are loaded. */
  prepend(records: Uint8Array[]): void {
    if (!records.length) return;
    const first = this.list[0];
    const i = first ? first.i - 1 : this.first;
    this.list.unshift(this.enter(i, records));
    this.dirty.set(i, records);
  }

  /** The newest kept chunk that is not loaded. */
  get unloaded(): number | undefined {
    return this.away > 0 ? (this.list[this.away - 1] as Chunk).i : undefined;
  }
  /** Takes the records of the chunk named by `unloaded`. */
  load(i: number, records: readonly Uint8Array[]): void {
    if (this.unloaded !== i) return;
    this.away--;
    this.list[this.away] = this.enter(i, records);
  }
  /** The place above which nothing unloaded stands; null when all is loaded. */
  get bound(): Place | null {
    let bound: Place | null = null;
    for (const { max } of this.list.slice(0, this.away)) bound = bound ? later(bound, max) : max;
    return bound;
  }

  /** The kept chunk that the newest one should join, lest each start of the client leaves a small one. */
  get mergeable(): number | undefined {
    const [before, last] = this.list.slice(-2);
    return this.tail && last && before && before.count + last.count <= FULL ? before.i : undefined;
  }
  /** Joins the newest chunk to the one named by `mergeable`, whose records these are. */
  merge(i: number, records: readonly Uint8Array[]): void {
    if (this.mergeable !== i) return;
    if (this.unloaded === i) this.load(i, records);
    const [before, last] = this.list.splice(-2) as [Chunk, Chunk];
    this.list.push({ i, count: before.count + last.count, max: later(before.max, last.max) });
    this.tail = [...records, ...(this.tail as Uint8Array[])];
    for (const item of this.items.list) if (item.chunk === last.i) item.chunk = i;
    this.dirty.delete(last.i);
    this.dropped.add(last.i);
    this.dirty.set(i, this.tail);
  }

  /** Lets go of all but about `most` of the newest loaded events; only of what is kept already. */
  trim(most: number): void {
    let over = this.items.list.length - most;
    while (over > 0 && this.away < this.list.length - 1) {
      const { i, count } = this.list[this.away] as Chunk;
      if (this.dirty.has(i)) break;
      over -= count;
      this.away++;
      this.items.removeChunk(i);
    }
  }

  /** Enters records into the items; answers the chunk they make up. */
  private enter(i: number, records: readonly Uint8Array[], fresh?: Item[]): Chunk {
    let max: Place | undefined;
    for (const record of records) {
      const { item, isNew } = this.items.add(record, i);
      if (!max || comparePlace(item, max) > 0) max = { stamp: item.stamp, origin: item.origin, n: item.n };
      if (fresh && isNew) fresh.push(item);
    }
    return { i, count: records.length, max: max as Place };
  }
}
