import type { Device, Entry, Person } from "#protocol/directory";
import type { Ack } from "#protocol/down";
import {
  DIRECTORY_ROOM,
  type DeviceId,
  type EventId,
  type Origin,
  type PersonId,
  type Province,
  provinceOf,
  type RoomId,
} from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { Notice } from "#protocol/notice";
import { AT, idIn, isSameDraft, KIND, placeIn, roomIn, stampRecord } from "#protocol/record";
import type { ControlRequest, Member } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import type { SignedHead } from "../domain/signed-heads.ts";
import type { TablesTx } from "../domain/tables.ts";
import type {
  Committed,
  DayCounted,
  FirstContact,
  HashedHead,
  HowApplied,
  Room,
  Tx,
  Writer,
  Writers,
} from "../domain/ports.ts";
import { tellingOffices } from "../store/offices.ts";
import {
  type Aside,
  digestOf,
  emptyLog,
  hashOf,
  headOfLog,
  type MemoryFile,
  type MemoryLog,
  type MemoryMark,
  markKey,
  shownOf,
  type RoomRow,
} from "./memory-store-file.ts";
import { MemoryUndo } from "./memory-undo.ts";

/** One job's transaction: works on the file itself and remembers how to undo each step. */
export class MemoryTx implements Tx {
  private readonly undone = new MemoryUndo();
  private readonly records: Uint8Array[] = [];
  private readonly moved: Mark[] = [];
  private readonly rooms = new Set<RoomId>();
  private readonly reviewed = new Set<RoomId>();
  private readonly left: { room: RoomId; person: PersonId }[] = [];
  private readonly regarded: { room: RoomId; person: PersonId }[] = [];
  private readonly devices = new Set<DeviceId>();
  private readonly entries: Entry[] = [];
  private readonly notices: { person: PersonId; notice: Notice }[] = [];
  private readonly advanced = new Set<MemoryLog["records"]>();

  constructor(
    private readonly file: MemoryFile,
    private readonly inFile: (room: RoomId) => boolean,
  ) {
    const { outbox, pos, version } = file;
    this.undone.push(() => Object.assign(file, { outbox, pos, version }));
    file.sql?.db.run("SAVEPOINT job");
  }

  room(id: RoomId): Room | undefined {
    return this.here(id).room(id);
  }

  find(room: RoomId, id: EventId): Ack | undefined {
    return this.here(room).find(room, id);
  }

  head(room: RoomId, origin: Origin): HashedHead {
    return headOfLog(this.here(room).log(room, origin));
  }

  append(record: Uint8Array, stamp: Stamp, dests: readonly Province[]): Ack {
    const [room, { origin }] = [roomIn(record), this.file];
    if (this.find(room, idIn(record))) throw new Error("The room has an event of this id.");
    const n = this.head(room, origin).n + 1;
    stampRecord(record, origin, n, stamp);
    this.add(record);
    this.file.outbox = [
      ...this.file.outbox,
      ...dests.map((dest) => ({ pos: this.file.pos, dest, record, room, origin, n })),
    ];
    return { id: idIn(record), origin, n, stamp };
  }

  apply(record: Uint8Array, how: HowApplied = "shown"): "applied" | "duplicate" | "gap" {
    const { origin, n } = placeIn(record);
    if (origin === this.file.origin) throw new Error("A record of this node's own origin came from elsewhere.");
    const at = this.head(roomIn(record), origin).n;
    if (n !== at + 1) return n <= at ? "duplicate" : "gap";
    if (how === "instead") this.refuse(roomIn(record), idIn(record));
    this.add(record, how === "withheld" || how === "refused" ? how : undefined);
    return "applied";
  }

  takeBack(record: Uint8Array, how: Exclude<HowApplied, "instead">, dests: readonly Province[]): void {
    if (this.apply(record, how) !== "applied")
      throw new Error("A record that came back does not follow on the last one.");
    const room = roomIn(record);
    const { origin, n } = placeIn(record);
    const { pos } = this.file;
    const stored = (dest: Province) => this.file.mark({ room, holder: dest, kind: "s", origin, n: 0 })?.n ?? 0;
    const lacking = dests.filter((dest) => stored(dest) < n);
    this.file.outbox = [...this.file.outbox, ...lacking.map((dest) => ({ pos, dest, record, room, origin, n }))];
  }

  keepSigned(room: RoomId, origin: Origin, head: SignedHead): void {
    const log = this.here(room).log(room, origin);
    if (log?.n === head.n && digestOf(log) === head.digest) this.undone.set(this.file.signedHeads, room + origin, head);
  }

  standing(room: RoomId, id: EventId): Uint8Array | undefined {
    const ack = this.here(room).acks.get(room + id);
    return ack && this.log(room, ack.origin).records.get(ack.n);
  }

  newest(room: RoomId, origin: Origin): Stamp {
    return this.here(room).log(room, origin)?.stamp ?? 0;
  }

  writers(room: RoomId): Writers {
    return this.here(room).writers.get(room) ?? new Map();
  }

  putWriters(room: RoomId, writers: readonly Writer[]): void {
    const next = new Map(this.writers(room));
    for (const writer of writers) next.set(writer.person, writer);
    this.undone.set(this.here(room).writers, room, next);
  }

  review(room: RoomId, after: Stamp, isBelieved: (record: Uint8Array) => boolean): void {
    for (const log of this.here(room).logsOf(room))
      for (const [n, record] of log.records) {
        const hidden = log.aside.get(n);
        const { stamp } = placeIn(record);
        if (hidden?.why === "refused" || record[AT.kind] === KIND.control) continue;
        if (!hidden && stamp <= after) continue;
        if (isBelieved(record) === !hidden) continue;
        this.reviewed.add(room);
        if (hidden) this.release(log, n, record);
        else this.putAside(log, n, record, "withheld", stamp);
      }
  }

  private release(log: MemoryLog, n: number, record: Uint8Array): void {
    const { room, origin } = log;
    const other = this.standing(room, idIn(record));
    const { stamp } = placeIn(record);
    if (other && !isSameDraft(other, record)) {
      this.putAside(log, n, record, "refused", stamp);
      return;
    }
    this.undone.set(log.aside, n, undefined);
    if (!other) this.undone.set(this.file.acks, room + idIn(record), { id: idIn(record), origin, n, stamp });
  }

  refuse(room: RoomId, id: EventId): void {
    for (const { log, n, record } of this.here(room).shownWith(room, id))
      this.putAside(log, n, record, "refused", placeIn(record).stamp);
    this.reviewed.add(room);
  }

  private putAside(log: MemoryLog, n: number, record: Uint8Array, why: Aside["why"], stamp: Stamp): void {
    this.undone.set(log.aside, n, { why, stamp });
    const key = log.room + idIn(record);
    const ack = this.file.acks.get(key);
    if (ack?.origin !== log.origin || ack.n !== n) return;
    // Of two that say the same the other one stands.
    const [twin] = this.file.shownWith(log.room, ack.id);
    this.undone.set(this.file.acks, key, twin && { id: ack.id, ...placeIn(twin.record) });
  }

  rebase(room: RoomId, origin: Origin, base: number, hash: string, digest?: string): void {
    if (this.head(room, origin).n >= base) return;
    const log = this.log(room, origin);
    const seed = BigInt(`0x${hash}`);
    this.putLog({ ...log, base, n: base, seed, hash: seed, seedDigest: digest });
  }

  putRoom({ id, kind, name, home, history, cseq, posts }: RoomRow): void {
    this.undone.set(this.here(id).rooms, id, { id, kind, name, home, history, cseq, ...(posts?.length && { posts }) });
    this.changed(id);
  }

  putMembers(room: RoomId, members: readonly Member[]): void {
    const before = this.file.provinces(room);
    const next = new Map(this.here(room).members.get(room));
    for (const member of members) next.set(member.person, member);
    this.undone.set(this.file.members, room, next);
    this.changed(room);
    if (this.file.provinces(room).every((province) => before.includes(province))) return;
    // A province that comes into a room has heard none of its marks: they are sent anew.
    for (const mark of this.file.marksOf(room)) if (mark.version) this.putMark(mark, true);
  }

  removeMembers(room: RoomId, people: readonly PersonId[]): void {
    const next = new Map(this.here(room).members.get(room));
    for (const person of people) if (next.delete(person)) this.left.push({ room, person });
    this.undone.set(this.file.members, room, next);
    this.changed(room);
  }

  contact(room: RoomId, person: PersonId): FirstContact | undefined {
    return this.here(room).contacts.get(room)?.get(person);
  }

  putContact(room: RoomId, person: PersonId, contact: FirstContact | undefined): void {
    const next = new Map(this.here(room).contacts.get(room));
    if (contact) next.set(person, contact);
    else next.delete(person);
    this.undone.set(this.file.contacts, room, next);
    this.regarded.push({ room, person });
  }

  regard(person: PersonId, rooms: readonly RoomId[]): void {
    for (const room of rooms) this.regarded.push({ room, person });
  }

  grant(room: RoomId, dest: Province, from: Stamp): void {
    for (const log of this.here(room).logsOf(room)) {
      if (provinceOf(log.origin) !== this.file.province) continue;
      let base = log.base;
      while (base < log.n && placeIn(log.records.get(base + 1) as Uint8Array).stamp < from) base++;
      this.undone.set(this.file.grants, room + log.origin + dest, base);
      const stored = this.file.mark({ room, holder: dest, kind: "s", origin: log.origin, n: 0 })?.n ?? 0;
      const waits = this.file.outbox.filter(
        (row) => row.room === room && row.origin === log.origin && row.dest === dest,
      );
      for (let n = Math.max(base, stored) + 1; n <= log.n; n++) {
        if (waits.some((row) => row.n === n)) continue;
        const record = log.records.get(n) as Uint8Array;
        this.file.outbox = [...this.file.outbox, { pos: ++this.file.pos, dest, record, room, origin: log.origin, n }];
      }
    }
  }

  mark(marks: readonly Mark[], local: boolean): Mark[] {
    const moved: Mark[] = [];
    for (const claim of marks) {
      const { room, holder, kind, origin } = claim;
      const stored = kind === "s";
      if (stored && holder === this.file.province) continue;
      const written = stored && origin === this.file.origin ? this.head(room, origin).n : claim.n;
      const mark = { room, holder, kind, origin, n: Math.min(claim.n, written) };
      const before = this.here(room).mark(mark);
      if (mark.n <= (before?.n ?? 0)) continue;
      this.putMark({ ...before, ...mark }, local || before?.version !== undefined);
      if (stored) this.trim(mark);
      moved.push(mark);
    }
    this.moved.push(...moved);
    return moved;
  }

  agrees({ room, origin, n }: Mark, hash: string | undefined): boolean {
    const log = this.here(room).log(room, origin);
    if (n > (log?.n ?? 0)) return origin !== this.file.origin;
    return hash === undefined || n < (log?.base ?? 0) || hashOf(log, n) === hash;
  }

  setCursor(name: string, value: number): void {
    this.undone.set(this.file.cursors, name, value);
  }

  putPerson(person: Person): void {
    this.undone.set(this.directory().people, person.id, person);
    this.file.sql?.directory.putPerson(person);
    this.entries.push({ person });
  }

  putDevice(device: Device): void {
    this.undone.set(this.directory().devices, device.id, device);
    this.file.sql?.directory.putDevice(device);
    this.devices.add(device.id);
    this.entries.push({ device });
  }

  countToday(room: RoomId, day: number, person: PersonId, what: DayCounted, n: number): void {
    this.addToday(this.here(room), day, person, what, n);
  }

  sawToday(day: number, person: PersonId, whom: PersonId): void {
    this.addToday(this.directory(), day, person, `saw ${whom}`, 1);
  }

  private addToday({ days }: MemoryFile, day: number, person: PersonId, what: string, n: number): void {
    for (const key of days.keys()) if (Number(key.split(",")[0]) < day) this.undone.set(days, key, undefined);
    const key = [day, person, what].join();
    this.undone.set(days, key, (days.get(key) ?? 0) + n);
  }

  tell(person: PersonId, notice: Notice): void {
    this.undone.mustBeOpen();
    this.notices.push({ person, notice });
  }

  putRequest(request: ControlRequest): void {
    this.undone.set(this.file.requests, request.id, request);
  }

  dropRequest(id: EventId): void {
    this.undone.set(this.file.requests, id, undefined);
  }

  get tables(): TablesTx {
    this.undone.mustBeOpen();
    const tables = this.directory().sql?.tables as TablesTx;
    return { ...tables, offices: tellingOffices(tables.offices, (entry) => this.entries.push(entry)) };
  }

  undo(): void {
    this.file.sql?.db.run("ROLLBACK TO job");
    this.file.sql?.db.run("RELEASE job");
    this.undone.takeBack();
  }

  settle(): Committed {
    for (const log of this.file.logs.values()) {
      if (!this.advanced.has(log.records)) continue;
      const mark: Mark = { room: log.room, holder: this.file.province, kind: "s", origin: log.origin, n: log.n };
      this.putMark(mark, true);
      this.moved.push(mark);
    }
    this.undone.close();
    this.file.sql?.tables.audit.seal();
    this.file.sql?.db.run("RELEASE job");
    const { records, left } = this;
    return {
      records,
      marks: this.moved,
      rooms: [...this.rooms],
      reviewed: [...this.reviewed],
      left,
      regarded: this.regarded,
      devices: [...this.devices],
      entries: this.entries,
      notices: this.notices,
    };
  }

  private add(record: Uint8Array, why?: Aside["why"]): void {
    const { origin, n, stamp } = placeIn(record);
    const room = roomIn(record);
    const id = idIn(record);
    const log = this.log(room, origin);
    this.undone.set(log.records, n, record);
    const newest = why ? Math.max(stamp, log.stamp) : stamp;
    this.putLog({ ...log, n, stamp: newest, hash: Bun.hash.xxHash64(record, log.hash) });
    if (why) this.undone.set(log.aside, n, { why, stamp: newest });
    // A draft that two provinces accepted has two places; the first one known answers for it.
    else if (!this.here(room).acks.has(room + id)) this.undone.set(this.file.acks, room + id, { id, origin, n, stamp });
    this.file.pos++;
    this.records.push(shownOf(log, n));
  }

  private log(room: RoomId, origin: Origin): MemoryLog {
    return this.here(room).log(room, origin) ?? emptyLog(room, origin);
  }

  private putLog(log: MemoryLog): void {
    this.undone.set(this.file.logs, log.room + log.origin, log);
    this.advanced.add(log.records);
  }

  private putMark(mark: MemoryMark, own: boolean): void {
    this.undone.set(this.file.marks, markKey(mark), own ? { ...mark, version: ++this.file.version } : mark);
  }

  private trim({ room, holder, origin, n }: Mark): void {
    if (provinceOf(origin) !== this.file.province) return;
    this.file.outbox = this.file.outbox.filter(
      (row) => row.dest !== holder || row.room !== room || row.origin !== origin || row.n > n,
    );
  }

  private changed(room: RoomId): void {
    if (room !== DIRECTORY_ROOM) this.rooms.add(room);
  }

  private directory(): MemoryFile {
    if (!this.file.isDirectory) throw new Error("People and devices are written through write(DIRECTORY_ROOM, …).");
    return this.file;
  }

  private here(room: RoomId): MemoryFile {
    if (!this.inFile(room)) throw new Error(`Room ${room} is in another file than the job's own room.`);
    return this.file;
  }
}
