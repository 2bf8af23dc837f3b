import type { Database } from "bun:sqlite";
import type { Ack } from "#protocol/down";
import { DIRECTORY_ROOM, type EventId, type Origin, type Province, provinceOf } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { ControlRequest } from "#protocol/room";
import type { VersionedMark } from "../domain/ports.ts";
import type { TablesTx } from "../domain/tables.ts";
import { DayCountTable } from "./day-counts.ts";
import { DirectoryTable } from "./directory.ts";
import { EventTable } from "./events.ts";
import { newestNumber, readMeta } from "./identity.ts";
import { MarkTable } from "./marks.ts";
import { OutboxTable } from "./outbox.ts";
import { RoomCache } from "./room-cache.ts";
import type { RoomState } from "./room-state.ts";
import { RoomTable } from "./rooms.ts";
import { openTables } from "./tables.ts";

const statements = (db: Database) => ({
  begin: db.prepare("BEGIN IMMEDIATE"),
  commit: db.prepare("COMMIT"),
  rollback: db.prepare("ROLLBACK"),
  cursor: db.prepare<{ value: number }, [string]>("SELECT value FROM cursors WHERE name = ?"),
  setCursor: db.prepare(
    "INSERT INTO cursors (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  ),
  putRequest: db.prepare(
    "INSERT INTO requests (id, request) VALUES (?, ?) ON CONFLICT DO UPDATE SET request = excluded.request",
  ),
  dropRequest: db.prepare("DELETE FROM requests WHERE id = ?"),
  request: db.prepare<{ request: string }, [string]>("SELECT request FROM requests WHERE id = ?"),
  requests: db.prepare<{ request: string }, []>("SELECT request FROM requests ORDER BY id"),
});

/** Under which origin a store numbers own events; `held` while it must number none. Shared by its files. */
export interface Life {
  origin: Origin;
  held: boolean;
}

/** One SQLite file: its tables, the room states kept of it, and the two numbers that only grow. */
export class StoreFile {
  readonly sql: ReturnType<typeof statements>;
  readonly rooms: RoomTable;
  readonly events: EventTable;
  readonly marks: MarkTable;
  readonly outbox: OutboxTable;
  readonly days: DayCountTable;
  /** absent where the file is not directory.db */
  readonly directory: DirectoryTable | undefined;
  readonly tables: TablesTx | undefined;
  readonly cache: RoomCache;
  /** last position and version given out */
  pos: number;
  version: number;

  constructor(
    readonly db: Database,
    readonly path: string,
    readonly index: number,
    readonly life: Life,
    readonly province: Province,
    directory: boolean,
  ) {
    this.sql = statements(db);
    this.rooms = new RoomTable(db);
    this.events = new EventTable(db);
    this.marks = new MarkTable(db, province);
    this.outbox = new OutboxTable(db);
    this.days = new DayCountTable(db);
    this.directory = directory ? new DirectoryTable(db) : undefined;
    this.tables = directory ? openTables(db) : undefined;
    this.cache = new RoomCache((id) => this.rooms.load(id));
    this.pos = Math.max(newestNumber(db), Number(readMeta(db, "floor") ?? 0));
    this.version = this.pos;
  }

  find(state: RoomState, id: EventId): Ack | undefined {
    const standing = this.events.find(state.id, id);
    if (standing || !state.hasEnded) return standing;
    for (const log of state.logs.values()) {
      const own = provinceOf(log.origin) === this.province ? this.events.findWithheld(log, id) : undefined;
      if (own) return own;
    }
    return undefined;
  }

  /** Of the next `limit` own marks behind `after` those that `dest` may hear: no call looks at more, whoever asks. */
  marksSince(dest: Province, after: number, limit: number): { marks: VersionedMark[]; upto: number; more: boolean } {
    const rows = this.marks.since(after, limit);
    const marks = rows.filter((mark) => this.mayHear(dest, mark));
    return { marks, upto: rows.at(-1)?.version ?? after, more: rows.length === limit };
  }

  /** A room's marks are for provinces with members; what a province wrote is confirmed to it even after its last one left. */
  private mayHear(dest: Province, { room, kind, origin }: Mark): boolean {
    return (
      room === DIRECTORY_ROOM ||
      (kind === "s" && provinceOf(origin) === dest) ||
      this.cache.get(room).provinces().includes(dest)
    );
  }

  cursor(name: string): number {
    return this.sql.cursor.get(name)?.value ?? 0;
  }

  putRequest(request: ControlRequest): void {
    this.sql.putRequest.run(request.id, JSON.stringify(request));
  }

  dropRequest(id: EventId): void {
    this.sql.dropRequest.run(id);
  }

  request(id: EventId): ControlRequest | undefined {
    const row = this.sql.request.get(id);
    return row ? (JSON.parse(row.request) as ControlRequest) : undefined;
  }

  requests(): ControlRequest[] {
    return this.sql.requests.all().map((row) => JSON.parse(row.request) as ControlRequest);
  }
}
