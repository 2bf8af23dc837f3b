import type { Device, Person, PostId } from "#protocol/directory";
import type { Ack } from "#protocol/down";
import {
  DIRECTORY_ROOM,
  type DeviceId,
  type EventId,
  type Origin,
  type PersonId,
  type Province,
  type RoomId,
} from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import { senderIn } from "#protocol/record";
import type { ControlRequest } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import type {
  Committed,
  DayCounted,
  HashedHead,
  NotPromise,
  OutboxRow,
  Room,
  Secrets,
  Store,
  Tx,
  Writers,
} from "../domain/ports.ts";
import type { Opening, OriginHead } from "../domain/again.ts";
import type { Tables } from "../domain/tables.ts";
import { shardOf } from "../domain/shard.ts";
import { NO_DIGEST, type SignedHead } from "../domain/signed-heads.ts";
import type { Counter } from "./counter.ts";
import type { DirectoryTable } from "./directory.ts";
import type { DiskGuard } from "./disk.ts";
import { beginLife } from "./again.ts";
import type { Life, StoreFile } from "./file.ts";
import { endRenewal, mintOrigin, readMeta, writeMeta } from "./identity.ts";
import { mergePage } from "./page.ts";
import { hashText, headOf } from "./room-state.ts";
import { Writer } from "./writer.ts";

const MOST_UNREAD = 100;
/** Events of one file that share an id and are looked at. */
const MOST_TWINS = 8;

/** The store over its files, the directory last. Reading sees what is committed, and a job's own changes inside it. */
export class SqliteStore implements Store {
  readonly files: number;
  private readonly queues: Writer[];
  private readonly listeners = new Set<(committed: Committed) => void>();
  private closing: Promise<void> | undefined;
  /** a new life that is being begun: files that are still to come into it, the directory first */
  private renewal: { next: Origin; todo: StoreFile[] } | undefined;

  constructor(
    readonly province: Province,
    private readonly life: Life,
    private readonly list: readonly StoreFile[],
    disk: DiskGuard,
    private readonly onAlarm: (message: string, cause?: unknown) => void,
    private readonly release: () => void,
    private readonly counter?: Counter,
  ) {
    this.files = list.length;
    this.queues = list.map(
      (file, index) =>
        new Writer(
          file,
          disk,
          (room) => this.fileOf(room) === index,
          (committed) => {
            this.tell(committed);
            this.counter?.wrote(index);
          },
        ),
    );
  }

  get origin(): Origin {
    return this.life.origin;
  }

  renew(opening: Opening): void {
    const { life } = this;
    life.held = true;
    this.renewal ??= { next: mintOrigin(this.province), todo: [...this.list].reverse() };
    const { next, todo } = this.renewal;
    // The directory first: from then on the folder's origin is the new one, and opening it goes on with the shards.
    for (let file = todo[0]; file; file = todo[0]) {
      const committed = beginLife(file, next, opening);
      todo.shift();
      this.tell(committed);
    }
    endRenewal(this.directoryFile.db);
    this.renewal = undefined;
    Object.assign(life, { origin: next, held: false });
  }

  fileOf(room: RoomId): number {
    return room === DIRECTORY_ROOM ? this.files - 1 : shardOf(room) % (this.files - 1);
  }

  room(id: RoomId): Room | undefined {
    return this.state(id).room();
  }

  roomsOf(person: PersonId): readonly RoomId[] {
    return this.list.flatMap((file) => file.rooms.roomsOf(person));
  }

  contactsOf(person: PersonId): readonly RoomId[] {
    return this.list.flatMap((file) => file.rooms.contactsOf(person));
  }

  roomsWith(province: Province): readonly RoomId[] {
    return this.list.flatMap((file) => file.rooms.roomsWith(province));
  }

  roomsWithPost(post: PostId): readonly RoomId[] {
    return this.list.flatMap((file) => file.rooms.roomsWithPost(post));
  }

  postsPlaced(after: PostId, limit: number): PostId[] {
    const posts = this.list.flatMap((file) => file.rooms.postsPlaced(after, limit));
    return [...new Set(posts)].sort().slice(0, limit);
  }

  heads(room: RoomId): ReadonlyMap<Origin, HashedHead> {
    return new Map(Array.from(this.state(room).logs.values(), (log) => [log.origin, headOf(log)]));
  }

  writers(room: RoomId): Writers {
    return this.state(room).writers;
  }

  headsOf(file: number, origin: Origin, after: RoomId, limit: number): OriginHead[] {
    return this.at(file).rooms.ofOrigin(origin, after, limit);
  }

  originsOf(province: Province): Origin[] {
    return [...new Set(this.list.flatMap((file) => file.rooms.originsOf(province)))];
  }

  digest(room: RoomId, origin: Origin, n?: number): string {
    const log = this.state(room).logs.get(origin);
    if (!log) return NO_DIGEST;
    const { events } = this.file(room);
    return n === undefined || n === log.n ? events.digestOf(log) : events.digestAt(log, n);
  }

  signedHead(room: RoomId, origin: Origin): SignedHead | undefined {
    const log = this.state(room).logs.get(origin);
    return log && this.file(room).rooms.signedHead(log);
  }

  find(room: RoomId, id: EventId): Ack | undefined {
    return this.file(room).find(this.state(room), id);
  }

  sentBy(person: PersonId, id: EventId): Uint8Array[] {
    return this.list
      .flatMap((file) => file.events.everywhere(id, MOST_TWINS))
      .filter((record) => senderIn(record) === person);
  }

  page(
    room: RoomId,
    before: Readonly<Record<Origin, number>>,
    limit: number,
    since: Stamp,
  ): { records: Uint8Array[]; more: boolean } {
    const { events } = this.file(room);
    const logs = [...this.state(room).logs.values()];
    return mergePage(
      logs.map((log) => events.below(log, before[log.origin] ?? log.n + 1, limit + 1)),
      limit,
      since,
    );
  }

  shown(room: RoomId, origin: Origin, after: number, upto: number, bytes: number): Uint8Array[] {
    const log = this.state(room).logs.get(origin);
    return log ? this.file(room).events.range(log, after, upto, bytes, true) : [];
  }

  range(room: RoomId, origin: Origin, after: number, upto: number, bytes: number): Uint8Array[] {
    const log = this.state(room).logs.get(origin);
    return log ? this.file(room).events.range(log, after, upto, bytes, false) : [];
  }

  baseFor(room: RoomId, origin: Origin, dest: Province): number {
    const log = this.state(room).logs.get(origin);
    return log ? this.file(room).outbox.grantedBase(log, dest) : 0;
  }

  hashAt(room: RoomId, origin: Origin, n: number): string {
    const log = this.state(room).logs.get(origin);
    const { events, outbox } = this.file(room);
    const known = log && outbox.grantedHash(log, n);
    if (known !== undefined) return known;
    const hash = log ? events.hashAt(log, n) : n === 0 ? 0n : undefined;
    if (hash === undefined) throw new Error(`Room ${room} has no event ${n} of ${origin} here.`);
    return hashText(hash);
  }

  marks(room: RoomId, holder?: PersonId | Province): Mark[] {
    return this.file(room).marks.list(this.state(room), holder);
  }

  unread(room: RoomId, person: PersonId): number {
    const { events, marks } = this.file(room);
    const state = this.state(room);
    return events.unread(state, person, (origin) => marks.get(state, person, "r", origin)?.n ?? 0, MOST_UNREAD);
  }

  latest(room: RoomId): Stamp {
    return this.state(room).latest();
  }

  newestStamp(): Stamp {
    return Math.max(...this.list.map((file) => file.rooms.newestStamp(this.province)));
  }

  outbox(file: number, after: number, limit: number): OutboxRow[] {
    return this.at(file).outbox.after(after, limit);
  }

  waiting(): Record<Province, number> {
    return this.waitingIn(this.list);
  }

  waitingInRooms(): Record<Province, number> {
    return this.waitingIn(this.list.slice(0, -1));
  }

  private waitingIn(files: readonly StoreFile[]): Record<Province, number> {
    const all: Record<Province, number> = {};
    for (const file of files) {
      for (const [dest, n] of file.outbox.waiting()) if (n > 0) all[dest] = (all[dest] ?? 0) + n;
    }
    return all;
  }

  marksSince(file: number, dest: Province, after: number, limit: number): ReturnType<StoreFile["marksSince"]> {
    return this.at(file).marksSince(dest, after, limit);
  }

  cursor(file: number, name: string): number {
    return this.at(file).cursor(name);
  }

  countedOn(day: number, person: PersonId, what: DayCounted): number {
    return this.list.reduce((sum, file) => sum + file.days.of(day, person, what), 0);
  }

  seenOn(day: number, person: PersonId): PersonId[] {
    return this.directoryFile.days.seen(day, person);
  }

  requests(): ControlRequest[] {
    return this.list.flatMap((file) => file.requests());
  }

  request(id: EventId): ControlRequest | undefined {
    for (const file of this.list) {
      const found = file.request(id);
      if (found) return found;
    }
    return undefined;
  }

  person(id: PersonId): Person | undefined {
    return this.directory.person(id);
  }

  search(text: string, limit: number): Person[] {
    return this.directory.search(text, limit);
  }

  peopleOf(province: Province): Person[] {
    return this.directory.peopleOf(province);
  }

  device(id: DeviceId): Device | undefined {
    return this.directory.device(id);
  }

  devicesOf(person: PersonId): Device[] {
    return this.directory.devicesOf(person);
  }

  get tables(): Tables {
    return this.list.at(-1)?.tables as Tables;
  }

  readonly secrets: Secrets = {
    get: (name) => readMeta(this.directoryFile.db, `secret:${name}`),
    set: (name, text) => writeMeta(this.directoryFile.db, `secret:${name}`, text),
  };

  write<T>(room: RoomId, job: (tx: Tx) => NotPromise<T>): Promise<T> {
    return (this.queues[this.fileOf(room)] as Writer).write(job) as Promise<T>;
  }

  onCommit(listener: (committed: Committed) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): Promise<void> {
    this.closing ??= Promise.all(this.queues.map((writer) => writer.close())).then(() => {
      this.counter?.step();
      for (const file of this.list) file.db.close(true);
      this.release();
    });
    return this.closing;
  }

  private tell(committed: Committed): void {
    for (const listener of this.listeners) {
      try {
        listener(committed);
      } catch (error) {
        // What is on disk is acknowledged, whatever a listener makes of it.
        this.onAlarm("A listener failed after a commit.", error);
      }
    }
  }

  private at(index: number): StoreFile {
    const file = this.list[index];
    if (!file) throw new Error(`The store has no file ${index}.`);
    return file;
  }

  private file(room: RoomId): StoreFile {
    return this.list[this.fileOf(room)] as StoreFile;
  }

  private state(room: RoomId) {
    return this.file(room).cache.get(room);
  }

  private get directory(): DirectoryTable {
    return this.directoryFile.directory as DirectoryTable;
  }

  private get directoryFile(): StoreFile {
    return this.list.at(-1) as StoreFile;
  }
}
