import { type Origin, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { placeIn, roomIn } from "#protocol/record";
import type { Now } from "../domain/clock.ts";
import type { Store } from "../domain/ports.ts";
import type { PeerMessage } from "./message.ts";

/** Rows that wait so long for a province that can be reached were lost on the way. */
const PATIENCE = 5_000;
const CHUNK = 2_048;
const MOST_CHUNKS = 25;

type Send = (to: Province, message: PeerMessage) => void;

/**
 * What the log should have brought to a province and did not, by the one list that knows: the outbox. The province is
 * told how far each room should have come, and may fetch that much, also of a room that its last member has left:
 * else it would never hear that they left.
 */
export class Arrears {
  private readonly looked = new Map<Province, { waiting: number; since: number }>();
  private readonly owed = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly send: Send,
    private readonly isUp: (province: Province) => boolean,
    private readonly now: Now,
  ) {}

  /** n up to which a province is owed an origin's part of a room; 0 where it is owed nothing. */
  upto(to: Province, room: RoomId, origin: Origin): number {
    return this.owed.get(to + room + origin) ?? 0;
  }

  /** Call now and then: reminds provinces whose count has not moved for a while. */
  check(provinces: readonly Province[]): void {
    const waiting = this.store.waiting();
    const stalled = new Set<Province>();
    for (const to of provinces) {
      const count = waiting[to] ?? 0;
      const before = this.looked.get(to);
      if (count === 0 || !this.isUp(to) || before?.waiting !== count)
        this.looked.set(to, { waiting: count, since: this.now() });
      else if (this.now() - before.since >= PATIENCE) stalled.add(to);
    }
    this.owed.clear();
    if (stalled.size > 0) for (let file = 0; file < this.store.files; file++) this.remind(file, stalled);
  }

  private remind(file: number, stalled: ReadonlySet<Province>): void {
    const heads = new Map<string, { to: Province; room: RoomId; origin: Origin; n: number }>();
    let after = 0;
    for (let chunk = 0; chunk < MOST_CHUNKS; chunk++) {
      const rows = this.store.outbox(file, after, CHUNK);
      for (const { dest, record } of rows) {
        if (!stalled.has(dest)) continue;
        const room = roomIn(record);
        const { origin, n } = placeIn(record);
        const key = dest + room + origin;
        if (n > (heads.get(key)?.n ?? 0)) heads.set(key, { to: dest, room, origin, n });
      }
      after = rows.at(-1)?.pos ?? after;
      if (rows.length < CHUNK) break;
    }
    for (const [key, { to, room, origin, n }] of heads) {
      this.owed.set(key, n);
      if (provinceOf(origin) === this.store.province) this.send(to, { t: "owed", room, origin, n });
    }
  }
}
