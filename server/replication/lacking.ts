import type { Origin, Province, RoomId } from "#protocol/ids";

/** A part of a room's log that is elsewhere and not here. */
export interface Lack {
  from: Province;
  room: RoomId;
  origin: Origin;
  upto: number;
  /** the origin's rolling hash at `upto`, where it said so */
  hash?: string | undefined;
  /** our n when we last looked, when to ask, and how often that was in vain */
  seen: number;
  due: number;
  tries: number;
  /** it cannot be taken before it is due, whoever says what */
  held?: boolean;
}

/** Of one province: a province that invents rooms pushes out nobody else's. */
const MOST = 5_000;
/** Of one province, those whose time is looked at in one turn, and those of them that the store is asked about. */
const LOOKED_AT = 1_000;
const ASKED_ABOUT = 64;

/** What is lacking from each province, looked at in turn, as many in one turn of the wheel as it can bear. */
export class Lacking {
  private readonly of = new Map<Province, Map<string, Lack>>();

  get(from: Province, room: RoomId, origin: Origin): Lack | undefined {
    return this.of.get(from)?.get(room + origin);
  }

  /** What does not fit is heard of again: the origin's outbox still holds it, and reminds. */
  isFull(from: Province): boolean {
    return (this.of.get(from)?.size ?? 0) >= MOST;
  }

  put(lack: Lack): void {
    const list = this.of.get(lack.from) ?? new Map<string, Lack>();
    this.of.set(lack.from, list);
    const key = lack.room + lack.origin;
    if (list.has(key) || list.size < MOST) list.set(key, lack);
  }

  drop({ from, room, origin }: Lack): void {
    this.of.get(from)?.delete(room + origin);
  }

  /** Those whose time has come; each province's own, the longest not looked at first. */
  due(now: number): Lack[] {
    const due: Lack[] = [];
    for (const list of this.of.values()) {
      let asked = 0;
      let looked = 0;
      for (const [key, lack] of list) {
        if (looked++ >= Math.min(LOOKED_AT, list.size) || asked >= ASKED_ABOUT) break;
        list.delete(key);
        list.set(key, lack);
        if (lack.due > now) continue;
        asked++;
        due.push(lack);
      }
    }
    return due;
  }

  from(province: Province): Iterable<Lack> {
    return this.of.get(province)?.values() ?? [];
  }
}
