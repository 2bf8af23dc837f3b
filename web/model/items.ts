import type { EventId } from "#protocol/ids";
import { decodeRecord, type EventRecord, KIND } from "#protocol/record";
import { comparePlace, type Place } from "#protocol/stamp";

/** An event and the chunk that holds its record. */
export type Item = EventRecord & { chunk: number };

const areNotes = (a: EventRecord, b: EventRecord): boolean => a.kind === KIND.note && b.kind === KIND.note;

/** Whether two places have one draft. */
const isSame = (a: EventRecord, b: EventRecord): boolean =>
  a.sender === b.sender &&
  a.device === b.device &&
  a.kind === b.kind &&
  a.scheme === b.scheme &&
  `${a.body}` === `${b.body}`;

/** The loaded events of a room by place, oldest first, each id once. */
export class Items {
  list: Item[] = [];
  readonly byId = new Map<EventId, Item>();

  /** Enters a record; answers the event, and whether the id was new. */
  add(record: Uint8Array, chunk: number): { item: Item; isNew: boolean } {
    const item: Item = { ...decodeRecord(record), chunk };
    const twin = this.byId.get(item.id);
    // Two nodes may have taken one message while neither could hear of the other: the earlier place stands. What says
    // something else under the id of another event takes nobody's place; notes of one call are written by several.
    if (twin && (comparePlace(twin, item) <= 0 || !(isSame(twin, item) || areNotes(twin, item))))
      return { item, isNew: false };
    if (twin) this.list.splice(this.list.indexOf(twin), 1);
    this.byId.set(item.id, item);
    this.list.splice(this.indexOf(item), 0, item);
    return { item, isNew: !twin };
  }

  /** Index of the first item not before the place. */
  indexOf(place: Place): number {
    let from = 0;
    let to = this.list.length;
    while (from < to) {
      const mid = (from + to) >> 1;
      if (comparePlace(this.list[mid] as Item, place) < 0) from = mid + 1;
      else to = mid;
    }
    return from;
  }

  removeChunk(chunk: number): void {
    this.list = this.list.filter((item) => item.chunk !== chunk || !this.byId.delete(item.id));
  }

  clear(): void {
    this.list = [];
    this.byId.clear();
  }
}
