import type { Ack, Down, PageHead, Welcome } from "#protocol/down";
import type { PostId } from "#protocol/directory";
import type { Origin, PersonId, Province, RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import { decodeRecord, type EventRecord, roomIn, stampRecord } from "#protocol/record";
import type { RoomSummary } from "#protocol/room";
import type { Have, KnownRooms, Up } from "#protocol/up";
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { OutboxEntry } from "../net/outbox-store.ts";
import type { Ask } from "../net/wire.ts";
import type { Vault } from "../platform/ports.ts";
import { Cache } from "./cache.ts";
import type { RoomItem } from "./contract.ts";
import { History } from "./history.ts";
import type { Item } from "./items.ts";
import { Receipts } from "./receipts.ts";
import { Room, type RoomRow } from "./room.ts";

/** how many events a closed room keeps in memory */
const CLOSED = 200;
/** rooms whose marks are asked for after a resume */
const DETAILS = 20;

export interface RoomsEvents {
  say(message: Up): boolean;
  request(ask: Ask): Promise<unknown>;
  online(): boolean;
  event(event: EventRecord): void;
  /** the post may be held by others than before: those who were there and who are may have other posts now */
  passed(post: PostId, people: PersonId[]): void;
  /** the person is in the room no more: what waits for it will not go */
  left(room: RoomId): void;
  trouble(error: unknown): void;
}

/** All rooms of the person: fed by the nodes, kept in the cache, shown in order of their newest event. */
export class Rooms {
  readonly cache: Cache;
  readonly list: ReadonlySignal<RoomItem[]>;
  private readonly rooms = signal<ReadonlyMap<RoomId, Room>>(new Map());
  private readonly history: History;
  private readonly receipts: Receipts;
  private me: PersonId = "";
  /** the province whose node the client is on, where that is not its own */
  visited: Province | null = null;
  /** rooms that are here and that the node has not named yet since `welcome` */
  private unlisted = new Set<RoomId>();

  constructor(
    private readonly vault: Vault,
    private readonly events: RoomsEvents,
  ) {
    const reachable = (room: Room) => this.reachable(room);
    this.cache = new Cache(vault, (saved) => this.saved(saved), events.trouble);
    this.history = new History(this.cache, {
      request: events.request,
      reachable,
      placed: (room, fresh) => this.placed(room, fresh),
      describe: (room) => this.detail(room),
      changed: (room) => {
        room.touch();
        this.cache.touch(room);
      },
    });
    this.receipts = new Receipts({ say: events.say, reachable, rooms: () => this.all(), me: () => this.me });
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
    this.receipts.forget();
  }

  get(id: RoomId): Room | undefined {
    return this.rooms.peek().get(id);
  }
  all(): Iterable<Room> {
    return this.rooms.peek().values();
  }

  /** May the present node hear of the room? */
  shared(id: RoomId): boolean {
    const room = this.get(id);
    return room ? room.sharedWith(this.visited) : !this.visited;
  }

  /**
   * Has the present node no word in the room, whatever it says? Away from home it has none in rooms that are not here: one's
   * own province has not opened them to the person.
   */
  foreign(id: RoomId): boolean {
    const room = this.get(id);
    return room ? room.foreignTo(this.visited) : !!this.visited;
  }

  /** What a node is told of: away from home, rooms alone that have members there. */
  have(visited: Province | null): Have {
    const have: Have = {};
    for (const room of this.all()) {
      const held = room.sharedWith(visited) && room.log.have();
      if (held) have[room.id] = { ...held };
    }
    return have;
  }

  /** Rooms whose members a node need not say again: cached ones are taken up by `Room.update`. */
  known(visited: Province | null): KnownRooms {
    const known: KnownRooms = {};
    for (const room of this.all()) {
      const { id, planned, summary } = room;
      if (!planned && room.sharedWith(visited) && summary.members.length >= summary.size) known[id] = summary.cseq;
    }
    return known;
  }

  welcome({ rooms, more }: Welcome): void {
    this.unlisted = new Set(this.rooms.peek().keys());
    batch(() => {
      this.describe(rooms);
      if (!more) this.listed();
    });
    this.receipts.connected();
  }

  /** Further rooms of the list, on the way to `current`. */
  further(rooms: readonly RoomSummary[]): void {
    batch(() => this.describe(rooms));
  }

  /** A visited node has no word in rooms in which its province has no member. */
  private describe(rooms: readonly RoomSummary[]): void {
    for (const summary of rooms) if (!this.foreign(summary.id)) this.enter(summary);
  }

  /** The node has named all rooms that it knows of the person. */
  private listed(): void {
    this.unlisted.forEach((id) => {
      const room = this.get(id);
      if (!room) return;
      // A node that does not mention a room may only be behind: of one that was left it says so (R8). It is not
      // asked of rooms of which nothing is here; one's own province would know them.
      if (!this.visited && !room.planned && !room.log.ready) this.leave(id);
      else {
        room.elsewhere = true;
        room.touch();
        // Begun away from home: one's own province asks about it, as it cannot know who did.
        if (!this.visited && !room.attested)
          this.events.request({ t: "self", act: { do: "accept", room: id } }).catch(() => {});
      }
    });
    this.unlisted = new Set();
  }

  /** The resume is complete. */
  current(): void {
    batch(() => this.listed());
    for (const room of this.all()) {
      if (room.elsewhere) continue;
      if (room.outdated) {
        room.reset();
        this.history.firstPageSoon(room);
      } else if (!room.log.ready) this.history.restart(room, [], false);
      this.history.fillSoon(room);
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
    this.unlisted.delete(summary.id);
    let room = this.get(summary.id);
    if (!room) {
      room = new Room(this.me, summary);
      this.rooms.value = new Map(this.rooms.peek()).set(room.id, room);
    }
    const before = room.summary;
    room.update(summary, this.visited);
    const moved = before.cseq === summary.cseq ? [] : [...before.members, ...summary.members];
    if (summary.post)
      this.events.passed(
        summary.post,
        moved.map(({ person }) => person),
      );
    if (ask && !room.log.ready) this.history.firstPageSoon(room);
    if (ask && room.log.ready) {
      // What was committed while the resume was on its way may stand below its page.
      room.log.expectAll(summary.heads);
      this.history.fillSoon(room);
    }
    if (ask && room.open && room.listedAt !== summary.cseq) this.detail(room);
    this.cache.touch(room);
    return room;
  }

  leave(id: RoomId): void {
    const rooms = new Map(this.rooms.peek());
    if (!rooms.delete(id)) return;
    this.rooms.value = rooms;
    this.cache.remove(id);
    this.events.left(id);
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
        if (!room || this.foreign(id)) return;
        this.placed(room, room.log.take(list));
        this.history.fillSoon(room);
      });
    });
  }

  page(head: PageHead, records: readonly Uint8Array[]): void {
    const room = this.get(head.room);
    if (!room || this.foreign(head.room)) return;
    if (head.gap || !room.log.ready) this.history.restart(room, records, head.more);
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
      if (!room || this.foreign(mark.room)) continue;
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
    room.listedAt = room.summary.cseq;
    room.touch();
    this.marks(marks.map((mark) => ({ ...mark, room: id })));
  }

  /** Asks for members and marks. The answer describes the room as well, which must not ask again. */
  private detail(room: Room): void {
    room.listedAt = room.summary.cseq;
    this.events.request({ t: "room", room: room.id }).catch(() => {});
  }

  begin(room: Room): Promise<void> {
    if (this.reachable(room)) this.detail(room);
    return this.history.begin(room);
  }
  older(room: Room): Promise<void> {
    return this.history.older(room);
  }
  lacks(id: RoomId, origin: Origin, n: number): void {
    const room = this.get(id);
    if (room) this.history.lacks(room, origin, n);
  }

  read(room: Room): void {
    if (!room.readAll()) return;
    room.touch();
    this.cache.touch(room);
    this.receipts.readSoon();
  }

  closed(room: Room): void {
    if (!room.open) room.log.chunks.trim(CLOSED);
  }

  private saved(ids: readonly RoomId[]): void {
    this.receipts.sayDelivered();
    for (const id of ids) {
      const room = this.get(id);
      if (room) this.closed(room);
    }
  }

  /** Says what waits to be said, before the link ends. */
  async settle(): Promise<void> {
    this.receipts.sayRead();
    await this.cache.save();
  }

  private reachable(room: Room): boolean {
    return this.events.online() && !room.elsewhere;
  }

  private placed(room: Room, fresh: readonly Item[]): void {
    if (!fresh.length) return;
    if (room.note(fresh)) this.receipts.arrived(room);
    for (const event of fresh) this.events.event(event);
    this.cache.touch(room);
  }
}
