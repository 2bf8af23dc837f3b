import type { Device, Person, PostId } from "#protocol/directory";
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
import { placeIn, senderIn } from "#protocol/record";
import type { ControlRequest } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import { AppError } from "../domain/error.ts";
import type {
  Committed,
  DayCounted,
  HashedHead,
  NotPromise,
  OutboxRow,
  Room,
  Store,
  Tx,
  VersionedMark,
  Writers,
} from "../domain/ports.ts";
import type { Opening, OriginHead } from "../domain/again.ts";
import type { Tables } from "../domain/tables.ts";
import { shardOf } from "../domain/shard.ts";
import type { SignedHead } from "../domain/signed-heads.ts";
import { digestOf, hashOf, headOfLog, MemoryFile, shownOf } from "./memory-store-file.ts";
import { beginMemoryLife } from "./memory-store-life.ts";
import { MemoryTx } from "./memory-store-tx.ts";
import { searchPeople } from "./memory-store-search.ts";

interface Job {
  file: MemoryFile;
  run: (tx: Tx) => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export interface MemoryOptions {
  province: Province;
  /** shard files beside the directory */
  files?: number;
  /** the nine characters behind the province's code */
  life?: string;
  /** held: nothing is committed before `flush`; else each job commits in a microtask */
  held?: boolean;
}

/** The store's port over plain maps: slow, small, and meant to be seen to be right. Each job is a commit of its own. */
export class MemoryStore implements Store {
  readonly province: Province;
  readonly files: number;
  readonly secrets = new Map<string, string>();
  private readonly list: MemoryFile[];
  private readonly held: boolean;
  private readonly listeners = new Set<(committed: Committed) => void>();
  private queue: Job[] = [];
  private closed = false;
  private lives = 0;

  constructor({ province, files = 1, life = "000000000", held = false }: MemoryOptions) {
    this.province = province;
    this.files = files + 1;
    this.held = held;
    const origin = `${province}-${life}`;
    this.list = Array.from({ length: this.files }, (_, i) => new MemoryFile(origin, i === files));
  }

  get origin(): Origin {
    return (this.list[0] as MemoryFile).origin;
  }

  renew(opening: Opening): void {
    const next = `${this.province}-${String(++this.lives).padStart(9, "l")}`;
    const committed = this.list.map((file) => beginMemoryLife(file, next, opening));
    for (const change of committed) for (const listener of this.listeners) listener(change);
    for (const file of this.list) file.origin = next;
  }

  headsOf(file: number, origin: Origin, after: RoomId, limit: number): OriginHead[] {
    return [...this.at(file).logs.values()]
      .filter((log) => log.origin === origin && log.room > after)
      .map((log) => ({ room: log.room, n: log.n, hash: headOfLog(log).hash }))
      .sort((a, b) => (a.room < b.room ? -1 : 1))
      .slice(0, limit);
  }

  fileOf(room: RoomId): number {
    return room === DIRECTORY_ROOM ? this.files - 1 : shardOf(room) % (this.files - 1);
  }

  /** Commits what is queued, one job after the other. */
  flush(): void {
    for (const job of this.queue.splice(0)) this.commit(job);
  }

  write<T>(room: RoomId, run: (tx: Tx) => NotPromise<T>): Promise<T> {
    if (this.closed) return Promise.reject(new AppError("wait", "This node is stopping."));
    return new Promise((resolve, reject) => {
      const file = this.list[this.fileOf(room)] as MemoryFile;
      this.queue.push({ file, run, resolve: resolve as (value: unknown) => void, reject });
      if (!this.held) queueMicrotask(() => this.flush());
    });
  }

  private commit({ file, run, resolve, reject }: Job): void {
    const tx = new MemoryTx(file, (room) => this.list[this.fileOf(room)] === file);
    let value: unknown;
    try {
      value = run(tx);
      if (typeof (value as PromiseLike<unknown> | undefined)?.then === "function")
        throw new Error("A job answered a promise.");
    } catch (error) {
      tx.undo();
      reject(error);
      return;
    }
    const committed = tx.settle();
    for (const listener of this.listeners) listener(committed);
    resolve(value);
  }

  onCommit(listener: (committed: Committed) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.flush();
  }

  room(id: RoomId): Room | undefined {
    return this.file(id).room(id);
  }

  roomsOf(person: PersonId): readonly RoomId[] {
    return this.rooms().filter((id) => this.room(id)?.members.has(person));
  }

  contactsOf(person: PersonId): readonly RoomId[] {
    return this.list.flatMap(({ contacts }) =>
      [...contacts].flatMap(([room, of]) => (of.get(person)?.state === "asked" ? [room] : [])),
    );
  }

  roomsWith(province: Province): readonly RoomId[] {
    return this.rooms().filter((id) => this.room(id)?.provinces.includes(province));
  }

  roomsWithPost(post: PostId): readonly RoomId[] {
    return this.rooms().filter((id) => this.room(id)?.posts?.some((place) => place.post === post));
  }

  postsPlaced(after: PostId, limit: number): PostId[] {
    const posts = this.rooms().flatMap((id) => this.room(id)?.posts ?? []);
    const behind = posts.map(({ post }) => post).filter((post) => post > after);
    return [...new Set(behind)].sort().slice(0, limit);
  }

  heads(room: RoomId): ReadonlyMap<Origin, HashedHead> {
    return new Map(
      this.file(room)
        .logsOf(room)
        .map((log) => [log.origin, headOfLog(log)]),
    );
  }

  originsOf(province: Province): Origin[] {
    const origins = this.list.flatMap((file) => [...file.logs.values()].map(({ origin }) => origin));
    return [...new Set(origins)].filter((origin) => provinceOf(origin) === province).sort();
  }

  digest(room: RoomId, origin: Origin, n?: number): string {
    return digestOf(this.file(room).log(room, origin), n);
  }

  signedHead(room: RoomId, origin: Origin): SignedHead | undefined {
    return this.file(room).signedHeads.get(room + origin);
  }

  find(room: RoomId, id: EventId): Ack | undefined {
    return this.file(room).find(room, id);
  }

  writers(room: RoomId): Writers {
    return this.file(room).writers.get(room) ?? new Map();
  }

  sentBy(person: PersonId, id: EventId): Uint8Array[] {
    return this.list.flatMap((file) =>
      [...file.acks]
        .filter(([key]) => key.endsWith(id))
        .map(([key, { origin, n }]) => file.log(key.slice(0, -id.length), origin)?.records.get(n) as Uint8Array)
        .filter((record) => senderIn(record) === person),
    );
  }

  page(room: RoomId, before: Readonly<Record<Origin, number>>, limit: number, since: Stamp) {
    const below = this.file(room).below(room, before, since);
    return { records: below.slice(0, limit), more: below.length > limit };
  }

  shown(room: RoomId, origin: Origin, after: number, upto: number, bytes: number): Uint8Array[] {
    const log = this.file(room).log(room, origin);
    return this.range(room, origin, after, upto, bytes).map((record) =>
      log ? shownOf(log, placeIn(record).n) : record,
    );
  }

  range(room: RoomId, origin: Origin, after: number, upto: number, bytes: number): Uint8Array[] {
    const records: Uint8Array[] = [];
    const log = this.file(room).log(room, origin);
    for (let n = after + 1; n <= Math.min(upto, log?.n ?? 0); n++) {
      const record = log?.records.get(n);
      if (!record) continue;
      bytes -= record.length;
      if (bytes < 0 && records.length > 0) break;
      records.push(record);
    }
    return records;
  }

  baseFor(room: RoomId, origin: Origin, dest: Province): number {
    return this.file(room).grants.get(room + origin + dest) ?? 0;
  }

  hashAt(room: RoomId, origin: Origin, n: number): string {
    const log = this.file(room).log(room, origin);
    if (n < (log?.base ?? 0) || n > (log?.n ?? 0)) throw new Error(`Room ${room} has no event ${n} of ${origin} here.`);
    return hashOf(log, n);
  }

  marks(room: RoomId, holder?: PersonId | Province): Mark[] {
    return this.file(room)
      .marksOf(room)
      .filter((mark) => holder === undefined || mark.holder === holder)
      .map(({ version: _, ...mark }) => mark);
  }

  unread(room: RoomId, person: PersonId): number {
    return Math.min(100, this.file(room).unread(room, person));
  }

  latest(room: RoomId): Stamp {
    return Math.max(
      0,
      ...this.file(room)
        .logsOf(room)
        .map((log) => log.stamp),
    );
  }

  newestStamp(): Stamp {
    const logs = this.list.flatMap((file) => [...file.logs.values()]);
    return Math.max(0, ...logs.filter((log) => provinceOf(log.origin) === this.province).map((log) => log.stamp));
  }

  outbox(file: number, after: number, limit: number): OutboxRow[] {
    const rows = this.at(file).outbox.filter((row) => row.pos > after);
    let end = Math.min(limit, rows.length);
    while (end > 0 && end < rows.length && rows[end]?.pos === rows[end - 1]?.pos) end++;
    return rows.slice(0, end).map(({ pos, dest, record }) => ({ pos, dest, record }));
  }

  waiting(): Record<Province, number> {
    return waitingIn(this.list);
  }

  waitingInRooms(): Record<Province, number> {
    return waitingIn(this.list.slice(0, -1));
  }

  marksSince(file: number, dest: Province, after: number, limit: number): ReturnType<Store["marksSince"]> {
    const newer = this.at(file)
      .allMarks()
      .filter((mark): mark is VersionedMark => (mark.version ?? 0) > after)
      .sort((a, b) => a.version - b.version);
    const sees = ({ room, kind, origin }: Mark) =>
      room === DIRECTORY_ROOM ||
      (kind === "s" && provinceOf(origin) === dest) ||
      this.at(file).provinces(room).includes(dest);
    const rows = newer.slice(0, limit);
    return { marks: rows.filter(sees), upto: rows.at(-1)?.version ?? after, more: rows.length === limit };
  }

  cursor(file: number, name: string): number {
    return this.at(file).cursors.get(name) ?? 0;
  }

  countedOn(day: number, person: PersonId, what: DayCounted): number {
    return this.list.reduce((sum, file) => sum + (file.days.get([day, person, what].join()) ?? 0), 0);
  }

  seenOn(day: number, person: PersonId): PersonId[] {
    const before = `${day},${person},saw `;
    const keys = [...this.at(this.files - 1).days.keys()].filter((key) => key.startsWith(before));
    return keys.map((key) => key.slice(before.length));
  }

  requests(): ControlRequest[] {
    return this.list.flatMap((file) => [...file.requests.values()]);
  }

  request(id: EventId): ControlRequest | undefined {
    return this.requests().find((request) => request.id === id);
  }

  person(id: PersonId): Person | undefined {
    return this.at(this.files - 1).people.get(id);
  }

  search(text: string, limit: number): Person[] {
    return searchPeople([...this.at(this.files - 1).people.values()], text).slice(0, limit);
  }

  peopleOf(province: Province): Person[] {
    return [...this.at(this.files - 1).people.values()].filter((person) => person.province === province);
  }

  device(id: DeviceId): Device | undefined {
    return this.at(this.files - 1).devices.get(id);
  }

  devicesOf(person: PersonId): Device[] {
    return [...this.at(this.files - 1).devices.values()].filter((device) => device.person === person);
  }

  get tables(): Tables {
    return this.at(this.files - 1).sql?.tables as Tables;
  }

  private rooms(): RoomId[] {
    return this.list.flatMap((file) => [...file.rooms.keys()]).sort();
  }

  private at(index: number): MemoryFile {
    const file = this.list[index];
    if (!file) throw new Error(`The store has no file ${index}.`);
    return file;
  }

  private file(room: RoomId): MemoryFile {
    return this.at(this.fileOf(room));
  }
}

function waitingIn(files: readonly MemoryFile[]): Record<Province, number> {
  const waiting: Record<Province, number> = {};
  for (const { dest } of files.flatMap((file) => file.outbox)) waiting[dest] = (waiting[dest] ?? 0) + 1;
  return waiting;
}
