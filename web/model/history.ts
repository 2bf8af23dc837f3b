import type { Origin, RoomId } from "#protocol/ids";
import { placeIn } from "#protocol/record";
import type { Ask, PageAnswer } from "../net/wire.ts";
import type { Cache } from "./cache.ts";
import type { Item } from "./items.ts";
import type { Room } from "./room.ts";

const FIRST_PAGE = 50;
const PAGE = 100;
/** what a timeline wants to show at once */
const SCREEN = 60;
/** Events that came too early wait so long for the ones before them, which are mostly on their way. */
const HOLE_MS = 400;
const MOST_PAGES = 20;

export interface HistoryEvents {
  request(ask: Ask): Promise<unknown>;
  reachable(room: Room): boolean;
  /** events took their place in the log that are new to the client */
  placed(room: Room, fresh: readonly Item[]): void;
  changed(room: Room): void;
  /** asks the node for its account of the room */
  describe(room: Room): void;
}

/** Brings the parts of a room's log that are not here: from the cache, else from a node. */
export class History {
  private readonly filling = new Set<RoomId>();

  constructor(
    private readonly cache: Cache,
    private readonly events: HistoryEvents,
  ) {}

  /** Loads what a timeline shows first. */
  async begin(room: Room): Promise<void> {
    await this.fromCache(room, SCREEN);
    if (room.log.visible().length < SCREEN / 2) await this.older(room);
  }

  /** Loads older events; settles when some more are to be seen, or none can be had now. */
  async older(room: Room): Promise<void> {
    const shown = room.log.visible().length;
    await this.fromCache(room, shown + SCREEN);
    while (room.log.visible().length < shown + SCREEN / 2 && room.log.more && this.events.reachable(room)) {
      const { log } = room;
      const { life } = log;
      if (!log.ready) {
        await this.firstPage(room);
        continue;
      }
      if (log.behind) {
        // Live events say when the node has caught up; so does its account of the room.
        this.events.describe(room);
        return;
      }
      const ask: Ask = { t: "page", room: room.id, before: log.before(), limit: PAGE };
      const answer = (await this.events.request(ask)) as PageAnswer;
      if (room.log !== log || log.life !== life || log.chunks.unloaded !== undefined) return;
      log.older(answer.records, answer.head.more);
      this.events.changed(room);
    }
  }

  private async fromCache(room: Room, want: number): Promise<void> {
    for (
      let i = room.log.chunks.unloaded;
      i !== undefined && room.log.visible().length < want;
      i = room.log.chunks.unloaded
    ) {
      const { log } = room;
      const records = await this.cache.read(room.id, i);
      if (room.log !== log || log.chunks.unloaded !== i) return;
      if (records?.length) log.chunks.load(i, records);
      else {
        // What is kept is damaged: begin with what a node has.
        room.reset();
        if (this.events.reachable(room)) await this.firstPage(room);
        return;
      }
      room.touch();
    }
  }

  async firstPage(room: Room): Promise<void> {
    const answer = await this.events.request({ t: "page", room: room.id, before: {}, limit: FIRST_PAGE });
    const { head, records } = answer as PageAnswer;
    this.restart(room, records, head.more);
  }

  /** A new room's first page comes by itself; where it does not, it is asked for. */
  firstPageSoon(room: Room): void {
    setTimeout(() => {
      if (!room.log.ready && this.events.reachable(room)) this.firstPage(room).catch(() => {});
    }, HOLE_MS);
  }

  restart(room: Room, records: readonly Uint8Array[], more: boolean): void {
    room.outdated = false;
    this.events.placed(room, room.log.restart(records, more, room.summary.heads));
    this.events.changed(room);
  }

  /** Another tab's own message stands at n: it is fetched unless it comes. */
  lacks(room: Room, origin: Origin, n: number): void {
    room.log.expect(origin, n);
    this.fillSoon(room);
  }

  /** Asks for the events missing before one that came too early, if there is such a hole. */
  fillSoon(room: Room): void {
    if (!room.log.hole() || this.filling.has(room.id)) return;
    this.filling.add(room.id);
    setTimeout(async () => {
      // A failed request is no harm: the next event or the next link asks again.
      await this.fill(room).catch(() => {});
      this.filling.delete(room.id);
    }, HOLE_MS);
  }

  private async fill(room: Room): Promise<void> {
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const { log } = room;
      const hole = log.hole();
      if (!hole || !this.events.reachable(room)) return;
      const { origin, after, upto, before } = hole;
      const limit = Math.max(1, Math.min(PAGE, upto - after - 1));
      const answer = (await this.events.request({ t: "page", room: room.id, before, limit })) as PageAnswer;
      if (room.log !== log) return;
      const records = answer.records.filter((record) => placeIn(record).origin === origin);
      this.events.placed(room, log.take(records));
      const still = log.hole();
      if (still?.origin !== origin || still.upto !== upto) continue;
      // The node has nothing there. An origin that was unknown begins here; in a known one the log is begun anew.
      const begun = log.accept(origin);
      if (!begun.length) return this.firstPage(room);
      this.events.placed(room, begun);
    }
    await this.firstPage(room);
  }
}
