import type { Device, Person } from "#protocol/directory";
import { blankOf } from "../domain/blank.ts";
import type { Ack } from "#protocol/down";
import { type EventId, type Origin, type PersonId, type Province, provinceOf, type RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { Notice } from "#protocol/notice";
import { idIn, placeIn, roomIn, stampRecord } from "#protocol/record";
import type { ControlRequest, Member } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import { AppError } from "../domain/error.ts";
import type {
  DayCounted,
  FirstContact,
  HashedHead,
  HowApplied,
  Room,
  RoomShape,
  Tx,
  Writer,
  Writers,
} from "../domain/ports.ts";
import type { TablesTx } from "../domain/tables.ts";
import { digestAfter, type SignedHead } from "../domain/signed-heads.ts";
import { Changes } from "./changes.ts";
import type { DirectoryTable } from "./directory.ts";
import type { StoreFile } from "./file.ts";
import { tellingOffices } from "./offices.ts";
import { hashText, headOf, type LogState, parseHash, rollHash, type RoomState } from "./room-state.ts";

/** One transaction on one file, shared by the jobs of a group. */
export class Transaction implements Tx {
  readonly changes: Changes;
  /** the room asked for last: a job asks for one several times */
  private last: RoomState | undefined;
  private telling: TablesTx | undefined;

  /** @param inFile whether the file holds a room */
  constructor(
    private readonly file: StoreFile,
    private readonly inFile: (room: RoomId) => boolean,
  ) {
    this.changes = new Changes(file);
  }

  room(id: RoomId): Room | undefined {
    return this.read(id).room();
  }

  find(room: RoomId, id: EventId): Ack | undefined {
    return this.file.find(this.read(room), id);
  }

  head(room: RoomId, origin: Origin): HashedHead {
    return headOf(this.read(room).logs.get(origin));
  }

  append(record: Uint8Array, stamp: Stamp, dests: readonly Province[]): Ack {
    const { origin, held } = this.file.life;
    if (held)
      throw new AppError("wait", "This node is to begin a new life: your message is kept.", { retryAfter: 1000 });
    const log = this.log(roomIn(record), origin);
    const n = log.n + 1;
    stampRecord(record, origin, n, stamp);
    this.file.events.insert(++this.file.pos, log, n, record);
    this.advance(log, n, stamp, record);
    for (const dest of dests) this.file.outbox.add(this.file.pos, dest);
    return { id: idIn(record), origin, n, stamp };
  }

  apply(record: Uint8Array, how: HowApplied = "shown"): "applied" | "duplicate" | "gap" {
    const { origin, n, stamp } = placeIn(record);
    if (origin === this.file.life.origin) throw new Error("A record of this node's own origin came from elsewhere.");
    const room = roomIn(record);
    const at = this.read(room).logs.get(origin)?.n ?? 0;
    if (n !== at + 1) return n <= at ? "duplicate" : "gap";
    const log = this.log(room, origin);
    const { events } = this.file;
    if (how === "shown" || how === "instead") {
      if (how === "instead") this.refuse(room, idIn(record));
      const twin = events.insertApplied(++this.file.pos, log, n, record);
      this.advance(log, n, stamp, record, twin);
      return "applied";
    }
    // The stamps of a log rise, blanks' too: history is read by them.
    const newest = Math.max(stamp, log.stamp);
    events.insertAside(++this.file.pos, log, n, record, how === "refused" ? newest : undefined);
    this.advance(log, n, newest, record, true, blankOf(record, newest));
    return "applied";
  }

  takeBack(record: Uint8Array, how: Exclude<HowApplied, "instead">, dests: readonly Province[]): void {
    const { origin, n } = placeIn(record);
    if (this.apply(record, how) !== "applied")
      throw new Error("A record that came back does not follow on the last one.");
    const state = this.read(roomIn(record));
    for (const dest of dests)
      if ((this.file.marks.get(state, dest, "s", origin)?.n ?? 0) < n) this.file.outbox.add(this.file.pos, dest);
  }

  keepSigned(room: RoomId, origin: Origin, head: SignedHead): void {
    const log = this.read(room).logs.get(origin);
    if (!log || log.n !== head.n || this.file.events.digestOf(log) !== head.digest) return;
    this.changes.enter();
    this.file.rooms.putSignedHead(log, head);
  }

  standing(room: RoomId, id: EventId): Uint8Array | undefined {
    this.read(room);
    return this.file.events.standing(room, id)?.record;
  }

  newest(room: RoomId, origin: Origin): Stamp {
    return this.read(room).logs.get(origin)?.stamp ?? 0;
  }

  writers(room: RoomId): Writers {
    return this.read(room).writers;
  }

  putWriters(room: RoomId, writers: readonly Writer[]): void {
    const state = this.write(room);
    const next = new Map(state.writers);
    for (const writer of writers) {
      this.file.rooms.putWriter(state, writer);
      next.set(writer.person, writer);
    }
    state.writers = next;
    state.forgetView();
  }

  review(room: RoomId, after: Stamp, isBelieved: (record: Uint8Array) => boolean): void {
    const state = this.write(room);
    const { events } = this.file;
    const ids: EventId[] = [];
    for (const log of state.logs.values()) {
      const { changed, withheld } = events.review(log, after, isBelieved);
      if (!changed) continue;
      ids.push(...withheld);
      log.tail = undefined;
      this.changes.reviewed.add(room);
    }
    // Where one of two that say the same is withheld, the other one stands.
    this.forgetTails(
      state,
      ids.map((id) => events.promote(room, id)),
    );
  }

  refuse(room: RoomId, id: EventId): void {
    this.forgetTails(this.write(room), this.file.events.refuse(room, id));
    this.changes.reviewed.add(room);
  }

  private forgetTails(state: RoomState, keys: readonly (number | undefined)[]): void {
    for (const log of state.logs.values()) if (keys.includes(log.key)) log.tail = undefined;
  }

  rebase(room: RoomId, origin: Origin, base: number, hash: string, digest?: string): void {
    if ((this.read(room).logs.get(origin)?.n ?? 0) >= base) return;
    const log = this.log(room, origin);
    log.base = log.n = base;
    log.tail = undefined;
    log.known = [];
    log.digest = digest ?? null;
    log.seed = log.hash = parseHash(hash);
    this.file.rooms.rebaseLog(log);
    this.changes.log(log);
  }

  putRoom(room: RoomShape): void {
    const state = this.write(room.id);
    const { id, kind, name, home, history, cseq, posts } = room;
    const row = { id, kind, name, home, history, cseq, ...(posts?.length && { posts }) };
    this.file.rooms.save(state, row);
    state.row = row;
    this.changes.room(state);
  }

  putMembers(room: RoomId, members: readonly Member[]): void {
    const state = this.write(room);
    const before = state.provinces();
    const next = new Map(state.members);
    for (const member of members) {
      this.file.rooms.putMember(state, member);
      next.set(member.person, member);
    }
    state.members = next;
    this.changes.room(state);
    if (state.provinces().some((province) => !before.includes(province))) this.renewMarks(state);
  }

  get tables(): TablesTx {
    this.changes.enter();
    if (!this.file.tables) throw new Error("The directory's tables are written through write(DIRECTORY_ROOM, …).");
    this.telling ??= {
      ...this.file.tables,
      offices: tellingOffices(this.file.tables.offices, (entry) => this.changes.entries.push(entry)),
    };
    return this.telling;
  }

  removeMembers(room: RoomId, people: readonly PersonId[]): void {
    const state = this.write(room);
    const next = new Map(state.members);
    for (const person of people) {
      if (!next.delete(person)) continue;
      this.file.rooms.removeMember(state, person);
      this.changes.left.push({ room, person });
    }
    state.members = next;
    this.changes.room(state);
  }

  contact(room: RoomId, person: PersonId): FirstContact | undefined {
    return this.read(room).contacts.get(person);
  }

  putContact(room: RoomId, person: PersonId, contact: FirstContact | undefined): void {
    const state = this.write(room);
    const next = new Map(state.contacts);
    if (contact) next.set(person, contact);
    else next.delete(person);
    this.file.rooms.putContact(state, person, contact);
    state.contacts = next;
    state.forgetView();
    this.changes.regarded.push({ room, person });
  }

  regard(person: PersonId, rooms: readonly RoomId[]): void {
    this.changes.enter();
    for (const room of rooms) this.changes.regarded.push({ room, person });
  }

  grant(room: RoomId, dest: Province, from: Stamp): void {
    const state = this.write(room);
    for (const log of state.logs.values()) {
      if (provinceOf(log.origin) !== this.file.province) continue;
      const base = this.file.events.lastBefore(log, from);
      const hash = this.file.events.hashAt(log, base) ?? log.seed;
      const stored = this.file.marks.get(state, dest, "s", log.origin)?.n ?? 0;
      this.file.pos += this.file.outbox.backfill(this.file.pos, log, dest, Math.max(base, stored));
      this.file.outbox.setGrant(log, dest, base, hashText(hash), this.file.pos);
    }
  }

  mark(marks: readonly Mark[], local: boolean): Mark[] {
    const moved: Mark[] = [];
    for (const claim of marks) {
      // This province's own stored marks follow the heads and nothing else.
      if (claim.kind === "s" && claim.holder === this.file.province) continue;
      const mark = this.credible(claim);
      const before = this.file.marks.get(this.read(mark.room), mark.holder, mark.kind, mark.origin);
      if (mark.n <= (before?.n ?? 0)) continue;
      const state = this.write(mark.room);
      const kept = before ?? this.file.marks.add(state, mark);
      const log = state.logs.get(mark.origin);
      if (mark.kind === "s" && log && provinceOf(mark.origin) === this.file.province) {
        this.file.outbox.trim(log, mark.holder, kept.n, mark.n);
      }
      kept.n = mark.n;
      kept.local ||= local;
      this.changes.mark(kept);
      moved.push(mark);
      this.changes.marks.push(mark);
    }
    return moved;
  }

  agrees({ room, origin, n }: Mark, hash: string | undefined): boolean {
    const log = this.read(room).logs.get(origin);
    if (n > (log?.n ?? 0)) return origin !== this.file.life.origin;
    if (!log || hash === undefined || n < log.base) return true;
    const own = this.file.events.hashAt(log, n);
    return own === undefined || hashText(own) === hash;
  }

  setCursor(name: string, value: number): void {
    this.changes.enter();
    this.file.sql.setCursor.run(name, value);
  }

  putPerson(person: Person): void {
    this.directory().putPerson(person);
    this.changes.entries.push({ person });
  }

  putDevice(device: Device): void {
    this.directory().putDevice(device);
    this.changes.devices.add(device.id);
    this.changes.entries.push({ device });
  }

  countToday(room: RoomId, day: number, person: PersonId, what: DayCounted, n: number): void {
    this.write(room);
    this.file.days.add(day, person, what, n);
  }

  sawToday(day: number, person: PersonId, whom: PersonId): void {
    this.directory();
    this.file.days.saw(day, person, whom);
  }

  tell(person: PersonId, notice: Notice): void {
    this.changes.enter();
    this.changes.notices.push({ person, notice });
  }

  putRequest(request: ControlRequest): void {
    this.changes.enter();
    this.file.putRequest(request);
  }

  dropRequest(id: EventId): void {
    this.changes.enter();
    this.file.dropRequest(id);
  }

  /** No province can have stored what this node has not written: such a claim would let later events be forgotten. */
  private credible(mark: Mark): Mark {
    if (mark.kind !== "s" || mark.origin !== this.file.life.origin) return mark;
    const n = this.head(mark.room, mark.origin).n;
    return mark.n > n ? { ...mark, n } : mark;
  }

  private directory(): DirectoryTable {
    this.changes.enter();
    if (!this.file.directory) throw new Error("People and devices are written through write(DIRECTORY_ROOM, …).");
    return this.file.directory;
  }

  private read(room: RoomId): RoomState {
    if (this.last?.id === room) return this.last;
    if (!this.inFile(room)) throw new Error(`Room ${room} is in another file than the job's own room.`);
    this.last = this.file.cache.get(room);
    return this.last;
  }

  private write(room: RoomId): RoomState {
    this.changes.enter();
    const state = this.read(room);
    this.changes.touch(state);
    return state;
  }

  private log(room: RoomId, origin: Origin): LogState {
    const state = this.write(room);
    return state.logs.get(origin) ?? this.file.rooms.addLog(state, origin);
  }

  /** @param shown what readers get of it */
  private advance(
    log: LogState,
    n: number,
    stamp: Stamp,
    record: Uint8Array,
    aside = false,
    shown: Uint8Array = record,
  ): void {
    log.digest = digestAfter(this.file.events.digestOf(log), record);
    log.n = n;
    log.stamp = stamp;
    log.hash = rollHash(record, log.hash);
    log.tail?.push(aside ? null : record, log.room.members);
    this.changes.log(log);
    this.changes.records.push(shown);
    this.changes.bytes += record.length;
  }

  /** A province that comes into a room has heard none of its marks: they are sent anew. */
  private renewMarks(state: RoomState): void {
    for (const log of state.logs.values()) this.changes.log(log);
    for (const list of this.file.marks.of(state).values()) {
      for (const mark of list) if (mark.local) this.changes.mark(mark);
    }
  }
}
