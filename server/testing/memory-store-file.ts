import { Database } from "bun:sqlite";
import type { Device, Person } from "#protocol/directory";
import type { Ack } from "#protocol/down";
import {
  type DeviceId,
  type EventId,
  type Origin,
  type PersonId,
  type Province,
  provinceOf,
  type RoomId,
} from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { ControlRequest, Member } from "#protocol/room";
import { blankOf } from "../domain/blank.ts";
import { decodeRecord, idIn, KIND, placeIn } from "#protocol/record";
import { comparePlace, type Stamp } from "#protocol/stamp";
import type { FirstContact, HashedHead, OutboxRow, Room, RoomShape, Writers } from "../domain/ports.ts";
import { digestAfter, NO_DIGEST, type SignedHead } from "../domain/signed-heads.ts";
import type { TablesTx } from "../domain/tables.ts";
import { DirectoryTable } from "../store/directory.ts";
import { migrate } from "../store/migrate.ts";
import { openTables } from "../store/tables.ts";

export interface MemoryLog {
  room: RoomId;
  origin: Origin;
  base: number;
  n: number;
  stamp: Stamp;
  /** the rolling hash at base, and at n */
  seed: bigint;
  hash: bigint;
  /** the digest at base, where it is known */
  seedDigest: string | undefined;
  records: Map<number, Uint8Array>;
  /** those that readers do not get: why, and the stamp of their blanks */
  aside: Map<number, Aside>;
}

export interface Aside {
  why: "withheld" | "refused";
  stamp: Stamp;
}

/** A log's record at n as readers get it. */
export const shownOf = ({ records, aside }: MemoryLog, n: number): Uint8Array => {
  const record = records.get(n) as Uint8Array;
  const hidden = aside.get(n);
  return hidden ? blankOf(record, hidden.stamp) : record;
};

export interface MemoryMark extends Mark {
  version?: number;
}

export type MemoryRow = OutboxRow & { room: RoomId; origin: Origin; n: number };
export type RoomRow = RoomShape;

const hashText = (hash: bigint): string => hash.toString(16).padStart(16, "0");

/** The rolling hash over base+1 … n, computed from the records. */
export function hashOf(log: MemoryLog | undefined, n: number): string {
  let hash = log?.seed ?? 0n;
  for (let at = (log?.base ?? 0) + 1; at <= n; at++) {
    hash = Bun.hash.xxHash64(log?.records.get(at) as Uint8Array, hash);
  }
  return hashText(hash);
}

/** The digest of the records up to n, or to the head. */
export function digestOf(log: MemoryLog | undefined, n = log?.n ?? 0): string {
  let digest = log?.seedDigest ?? NO_DIGEST;
  for (let at = (log?.base ?? 0) + 1; at <= n; at++) digest = digestAfter(digest, log?.records.get(at) as Uint8Array);
  return digest;
}

export const headOfLog = (log: MemoryLog | undefined): HashedHead => ({
  base: log?.base ?? 0,
  n: log?.n ?? 0,
  hash: hashText(log?.hash ?? 0n),
});

export const emptyLog = (room: RoomId, origin: Origin): MemoryLog => ({
  room,
  origin,
  base: 0,
  n: 0,
  stamp: 0,
  seed: 0n,
  hash: 0n,
  seedDigest: undefined,
  records: new Map(),
  aside: new Map(),
});

export const markKey = (mark: Mark) => [mark.room, mark.holder, mark.kind, mark.origin].join();

/** What one file holds. Values are replaced, never altered; only a transaction sets them. */
export class MemoryFile {
  readonly rooms = new Map<RoomId, RoomRow>();
  readonly members = new Map<RoomId, ReadonlyMap<PersonId, Member>>();
  readonly writers = new Map<RoomId, Writers>();
  readonly contacts = new Map<RoomId, ReadonlyMap<PersonId, FirstContact>>();
  readonly logs = new Map<string, MemoryLog>();
  readonly acks = new Map<string, Ack>();
  readonly marks = new Map<string, MemoryMark>();
  outbox: readonly MemoryRow[] = [];
  readonly grants = new Map<string, number>();
  readonly cursors = new Map<string, number>();
  /** by day, person and what was counted */
  readonly days = new Map<string, number>();
  readonly signedHeads = new Map<string, SignedHead>();
  readonly requests = new Map<EventId, ControlRequest>();
  readonly people = new Map<PersonId, Person>();
  readonly devices = new Map<DeviceId, Device>();
  /** the tables beside people and devices, as SQLite keeps them, and a copy of these two for what joins them */
  readonly sql: { db: Database; directory: DirectoryTable; tables: TablesTx } | undefined;
  pos = 0;
  version = 0;

  constructor(
    public origin: Origin,
    readonly isDirectory: boolean,
  ) {
    if (!isDirectory) return;
    const db = new Database(":memory:");
    migrate(db, "memory", true);
    this.sql = { db, directory: new DirectoryTable(db), tables: openTables(db) };
  }

  get province(): Province {
    return provinceOf(this.origin);
  }

  room(id: RoomId): Room | undefined {
    const row = this.rooms.get(id);
    const members = this.members.get(id) ?? new Map<PersonId, Member>();
    const contacts = this.contacts.get(id);
    return row && { ...row, members, provinces: this.provinces(id), ...(contacts?.size && { contacts }) };
  }

  provinces(room: RoomId): Province[] {
    const row = this.rooms.get(room);
    const members = [...(this.members.get(room)?.values() ?? [])].map((member) => member.province);
    return [...new Set([...members, ...(row?.kind === "post" ? [row.home] : [])])].sort();
  }

  log(room: RoomId, origin: Origin): MemoryLog | undefined {
    return this.logs.get(room + origin);
  }

  /** What readers get under an id: what stands for it, and its twins. */
  shownWith(room: RoomId, id: EventId): { log: MemoryLog; n: number; record: Uint8Array }[] {
    return this.logsOf(room)
      .flatMap((log) => [...log.records].map(([n, record]) => ({ log, n, record })))
      .filter(({ log, n, record }) => idIn(record) === id && !log.aside.has(n));
  }

  logsOf(room: RoomId): MemoryLog[] {
    return [...this.logs.values()].filter((log) => log.room === room);
  }

  /** Where a draft stands, or was acknowledged here before its sender was removed. */
  find(room: RoomId, id: EventId): Ack | undefined {
    const standing = this.acks.get(room + id);
    if (standing) return standing;
    for (const { origin, aside, records } of this.logsOf(room)) {
      if (provinceOf(origin) !== this.province) continue;
      for (const [n, { why }] of aside) {
        const record = records.get(n) as Uint8Array;
        if (why === "withheld" && idIn(record) === id) return { id, ...placeIn(record) };
      }
    }
    return undefined;
  }

  mark(mark: Mark): MemoryMark | undefined {
    return this.marks.get(markKey(mark));
  }

  allMarks(): MemoryMark[] {
    return [...this.marks.values()];
  }

  marksOf(room: RoomId): MemoryMark[] {
    return this.allMarks().filter((mark) => mark.room === room);
  }

  /** Records below `before` and not before `since`, newest first. */
  below(room: RoomId, before: Readonly<Record<Origin, number>>, since: Stamp): Uint8Array[] {
    return this.logsOf(room)
      .flatMap((log) =>
        [...log.records.keys()]
          .filter((n) => n < (before[log.origin] ?? Number.POSITIVE_INFINITY))
          .map((n) => shownOf(log, n)),
      )
      .filter((record) => placeIn(record).stamp >= since)
      .sort((a, b) => comparePlace(placeIn(b), placeIn(a)));
  }

  /** Messages of others beyond the person's read marks. */
  unread(room: RoomId, person: PersonId): number {
    const state = this.room(room);
    const since = state?.history === "joined" ? (state.members.get(person)?.since ?? 0) : 0;
    const read = (origin: Origin) => this.mark({ room, holder: person, kind: "r", origin, n: 0 })?.n ?? 0;
    return this.logsOf(room)
      .flatMap((log) => [...log.records.keys()].map((n) => shownOf(log, n)))
      .map(decodeRecord)
      .filter((e) => e.kind === KIND.message && e.sender !== person && e.stamp >= since && e.n > read(e.origin))
      .filter((e) => this.acks.get(room + e.id)?.origin === e.origin).length;
  }
}
