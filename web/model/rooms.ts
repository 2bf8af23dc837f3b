import type { Ack, Down, PageHead, Welcome } from "#protocol/down";
import type { Origin, PersonId, RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import { decodeRecord, type EventRecord, placeIn, roomIn, stampRecord } from "#protocol/record";
import type { RoomSummary } from "#protocol/room";
import type { Have, Up } from "#protocol/up";
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { OutboxEntry } from "../net/outbox.ts";
import type { Ask, PageAnswer } from "../net/wire.ts";
import type { Vault } from "../platform/ports.ts";
import { Cache } from "./cache.ts";
import type { RoomItem } from "./contract.ts";
import type { Item } from "./log.ts";
import { Room, type RoomRow } from "./room.ts";

const FIRST_PAGE = 50;
const PAGE = 100;
/** what a timeline wants to show at once, and how much a closed room keeps in memory */
const SCREEN = 60;
const CLOSED = 200;
const HOLE_MS = 400;
const DETAILS = 20;

export interface RoomsEvents {
  say(message: Up): boolean;
  request(ask: Ask): Promise<unknown>;
  online(): boolean;
  event(event: EventRecord): void;
  trouble(error: unknown): void;
}

/** All rooms of the person: fed by the nodes, kept in the cache, shown in order of their newest event. */
export class Rooms {
  readonly cache: Cache;
  readonly list: ReadonlySignal<RoomItem[]>;
  private readonly rooms = signal<ReadonlyMap<RoomId, Room>>(new Map());
  private me: PersonId = "";
  /** rooms of which a node has to hear that their events were delivered, and what it heard on this link */
  private readonly delivered = new Set<Room>();
  private said = new Map<Room, Record<Origin, number>>();
  private readonly filling = new Set<RoomId>();
  private readTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly vault: Vault,
    private readonly events: RoomsEvents,
  ) {
    this.cache = new Cache(vault, () => this.sayDelivered(), events.trouble);
    this.list = computed(() => {
      const items: RoomItem[] = [];
      this.rooms.value.forEach((room) => {
        items.push(room.item.value);
      });
      return items.sort((a, b) => b.latest - a.latest || (a.id < b.id ? -1 : 1));
    });
  }

  async load(me: PersonId): Promise<void> {
    this.me = me;
    const rooms = new Map<RoomId, Room>();
    for (const { key, value } of await this.vault.all("rooms")) {
      const room = this.get(key);
      const row = value as RoomRow;
      // A room that is on screen stays the same object: only what is cached of it is taken anew.
      if (room) room.adopt(row);
      rooms.set(key, room || new Room(me, row));
    }
    this.rooms.peek().forEach((room, id) => {
      if (!rooms.has(id)) {
        room.reset();
        rooms.set(id, room);
      }
    });
    this.rooms.value = rooms;
    rooms.forEach((room) => {
      if (room.open) this.begin(room).catch(() => {});
    });
  }

  forget(): void {
    this.rooms.value = new Map();
    this.delivered.clear();
    this.said.clear();
  }

  get(id: RoomId): Room | undefined {
    return this.rooms.peek().get(id);
  }
  all(): Iterable<Room> {
    return this.rooms.peek().values();
  }

  have(): Have {
    const have: Have = {};
    for (const room of this.all()) {
      const held = room.log.have();
      if (held) have[room.id] = { ...held };
    }
    return have;
  }

  welcome({ rooms, province }: Welcome, away: boolean): void {
    const listed = new Set(rooms.map(({ id }) => id));
    batch(() => {
      for (const summary of rooms) this.enter(summary);
      for (const room of [...this.all()]) {
        if (listed.has(room.id)) continue;
        // One's own province knows all of one's rooms; another one only those that it holds.
        if (!away && room.summary.home) this.leave(room.id);
        else {
          room.elsewhere = away || !room.summary.provinces.includes(province);
          room.touch();
        }
      }
    });
    // What was said on the former link may have been lost with it.
    this.said.forEach((_, room) => {
      this.delivered.add(room);
    });
    this.said = new Map();
    for (const room of this.all()) {
      if (room.saidRead) room.unsaid = true;
      room.saidRead = false;
    }
    this.sayRead();
    this.sayDelivered();
  }

  /** The resume is complete. */
  current(): void {
    for (const room of this.all()) {
      if (room.elsewhere) continue;
      if (!room.log.ready) this.restart(room, { records: [], more: false });
      if (room.log.hole()) this.fillLater(room);
    }
    // How far one's messages came meanwhile: for what is on screen, and the newest rooms of the list.
    let asked = 0;
    for (const { id } of this.list.peek()) {
      const room = this.get(id) as Room;
      const { last } = room;
      const unsure = last !== null && last.sender === this.me && room.stage(last) !== "read";
      if (!room.elsewhere && (room.open || (unsure && asked++ < DETAILS))) this.detail(room);
    }
  }

  /** A room as a node describes it now. */
  enter(summary: RoomSummary, ask = false): Room {
    let room = this.get(summary.id);
    if (!room) {
      room = new Room(this.me, summary);
      this.rooms.value = new Map(this.rooms.peek()).set(room.id, room);
    }
    room.update(summary);
    if (ask && !room.log.ready) this.beginLater(room);
    if (ask && room.open && summary.members.length < summary.size) this.detail(room);
    this.cache.touch(room);
    return room;
  }

  /** A new room's first page comes by itself; where it does not, it is asked for. */
  private beginLater(room: Room): void {
    setTimeout(() => {
      if (!room.log.ready && this.reachable(room)) this.firstPage(room).catch(() => {});
    }, HOLE_MS);
  }

  leave(id: RoomId): void {
    const rooms = new Map(this.rooms.peek());
    if (!rooms.delete(id)) return;
    this.rooms.value = rooms;
    this.cache.remove(id);
  }

  live(records: readonly Uint8Array[]): void {
    const byRoom = new Map<RoomId, Uint8Array[]>();
    for (const record of records) {
      const id = roomIn(record);
      const list = byRoom.get(id);
      if (list) list.push(record);
      else byRoom.set(id, [record]);
    }
    batch(() => {
      byRoom.forEach((list, id) => {
        const room = this.get(id);
        if (!room) return;
        this.placed(room, room.log.take(list));
        if (room.log.hole()) this.fillLater(room);
      });
    });
  }

  page(head: PageHead, records: readonly Uint8Array[]): void {
    const room = this.get(head.room);
    if (!room) return;
    if (head.gap || !room.log.ready) this.restart(room, { records, more: head.more });
    else this.placed(room, room.log.resume(records));
  }

  /** An own message was stored: it takes its place like any other event. */
  stored(entry: OutboxEntry, { origin, n, stamp }: Ack): void {
    const room = this.get(entry.room);
    if (!room) return;
    const record = entry.draft.slice();
    stampRecord(record, origin, n, stamp);
    this.live([record]);
    if (room.log.ready && !room.log.byId.has(entry.id) && n > (room.log.hi[origin] || 0))
      room.limbo.set(entry.id, decodeRecord(record));
  }

  marks(marks: readonly Mark[]): void {
    const moved = new Set<Room>();
    for (const mark of marks) {
      const room = this.get(mark.room);
      if (!room) continue;
      if (room.marks.merge(mark)) moved.add(room);
      if (mark.kind === "r" && mark.holder === this.me) room.readElsewhere(mark.origin, mark.n);
    }
    batch(() => {
      moved.forEach((room) => {
        room.touch();
        this.cache.touch(room);
      });
    });
  }

  detailed({ room: id, members, marks }: Extract<Down, { t: "detail" }>): void {
    const room = this.get(id);
    if (!room) return;
    room.members = members;
    room.touch();
    this.marks(marks.map((mark) => ({ ...mark, room: id })));
  }

  private detail(room: Room): void {
    this.events.request({ t: "room", room: room.id }).catch(() => {});
  }

  /** Loads what a timeline shows first: from the cache, else from a node. */
  async begin(room: Room): Promise<void> {
    if (this.events.online() && !room.elsewhere) this.detail(room);
    await this.fromCache(room, SCREEN);
    if (room.log.visible().length < SCREEN / 2) await this.older(room);
  }

  /** Loads older events; settles when some more are to be seen, or none can be had now. */
  async older(room: Room): Promise<void> {
    const shown = room.log.visible().length;
    await this.fromCache(room, shown + SCREEN);
    while (room.log.visible().length < shown + SCREEN / 2 && room.log.more && this.reachable(room)) {
      const { log } = room;
      const { life } = log;
      if (!log.ready) await this.firstPage(room);
      else {
        const before = log.before();
        const answer = await this.events
          .request({ t: "page", room: room.id, before, limit: PAGE })
          .catch(() => undefined);
        if (!answer || room.log !== log || log.life !== life || log.unloaded !== undefined) return;
        const { head, records } = answer as PageAnswer;
        log.older(records, head.more);
        this.cache.touch(room);
      }
      room.touch();
    }
  }

  private reachable(room: Room): boolean {
    return this.events.online() && !room.elsewhere;
  }

  private async fromCache(room: Room, want: number): Promise<void> {
    for (let i = room.log.unloaded; i !== undefined && room.log.visible().length < want; i = room.log.unloaded) {
      const { log } = room;
      const records = await this.cache.read(room.id, i);
      if (room.log !== log || log.unloaded !== i) return;
      if (records?.length) log.load(i, records);
      else {
        // What is kept is damaged: begin with what a node has.
        room.reset();
        if (this.reachable(room)) await this.firstPage(room);
        return;
      }
      room.touch();
    }
  }

  private async firstPage(room: Room): Promise<void> {
    const answer = await this.events.request({ t: "page", room: room.id, before: {}, limit: FIRST_PAGE });
    const { head, records } = answer as PageAnswer;
    this.restart(room, { records, more: head.more });
  }

  private restart(room: Room, page: { records: readonly Uint8Array[]; more: boolean }): void {
    this.placed(room, room.log.restart(page.records, page.more, room.summary.heads));
    room.touch();
    this.cache.touch(room);
  }

  private placed(room: Room, fresh: readonly Item[]): void {
    if (!fresh.length) return;
    if (room.note(fresh)) this.delivered.add(room);
    for (const event of fresh) this.events.event(event);
    this.cache.touch(room);
  }

  /** Asks for the events missing before one that came too early; a little later, as they may be on their way. */
  private fillLater(room: Room): void {
    if (this.filling.has(room.id)) return;
    this.filling.add(room.id);
    setTimeout(() => {
      this.fill(room)
        .catch(() => {})
        .then(() => this.filling.delete(room.id));
    }, HOLE_MS);
  }

  /** Another tab's own message stands at n: it is fetched unless it comes. */
  lacks(id: RoomId, origin: Origin, n: number): void {
    const room = this.get(id);
    if (!room) return;
    room.log.expect(origin, n);
    this.fillLater(room);
  }

  private async fill(room: Room): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
      const { log } = room;
      const hole = log.hole();
      if (!hole || !this.reachable(room)) return;
      const { origin, after, upto, before } = hole;
      const limit = Math.min(PAGE, upto - after - 1);
      const answer = await this.events.request({ t: "page", room: room.id, before, limit: Math.max(1, limit) });
      if (room.log !== log) return;
      const records = (answer as PageAnswer).records.filter((record) => placeIn(record).origin === origin);
      this.placed(room, log.take(records));
      const still = log.hole();
      if (!still) return;
      if (still.origin === origin && still.upto === upto) {
        const begun = log.accept(origin);
        if (begun.length) this.placed(room, begun);
        else return this.firstPage(room);
      }
    }
    await this.firstPage(room);
  }

  read(room: Room): void {
    if (!room.readAll()) return;
    room.touch();
    this.cache.touch(room);
    if (this.readTimer === undefined) this.readTimer = setTimeout(() => this.sayRead(), 300);
  }

  private sayRead(): void {
    this.readTimer = undefined;
    for (const room of this.all())
      if (
        room.unsaid &&
        this.reachable(room) &&
        this.events.say({ t: "read", room: room.id, upto: { ...room.readTo } })
      ) {
        room.unsaid = false;
        room.saidRead = true;
      }
  }

  private sayDelivered(): void {
    if (!this.delivered.size || !this.events.online()) return;
    const rooms: Have = {};
    const told: [Room, Record<Origin, number>][] = [];
    this.delivered.forEach((room) => {
      if (room.elsewhere || !room.log.ready) return;
      const before = this.said.get(room) || {};
      const now: Record<Origin, number> = {};
      for (const origin of Object.keys(room.log.hi)) {
        const n = room.log.hi[origin] as number;
        if (n > (before[origin] || 0) && n > room.marks.of("d", this.me, origin)) now[origin] = n;
      }
      if (Object.keys(now).length) rooms[room.id] = now;
      told.push([room, { ...before, ...now }]);
    });
    if (Object.keys(rooms).length && !this.events.say({ t: "delivered", rooms })) return;
    for (const [room, vector] of told) {
      this.said.set(room, vector);
      this.delivered.delete(room);
    }
  }

  closed(room: Room): void {
    if (!room.open) room.log.trim(CLOSED);
  }
}
