import { type Database, SQLiteError } from "bun:sqlite";
import { type EventId, fromHex, type Origin, type PersonId, type RoomId } from "#protocol/ids";
import type { Ack } from "#protocol/down";
import type { Stamp } from "#protocol/stamp";
import { type LogState, rollHash, type RoomState } from "./room-state.ts";
import { TAIL, Tail } from "./tail.ts";

const CHUNK = 256;
/** One for each province that follows a log, and some to spare. */
const MOST_KNOWN = 12;

/** The 8 bytes of a stamp as they stand in a record: they compare like the number. */
function stampBytes(stamp: Stamp): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(stamp));
  return bytes;
}

const statements = (db: Database) => ({
  add: db.prepare("INSERT INTO events (pos, log, n, record) VALUES (?, ?, ?, ?)"),
  addTwin: db.prepare("INSERT INTO events (pos, log, n, record, twin) VALUES (?, ?, ?, ?, 1)"),
  byId: db.prepare<{ n: number; origin: Origin; stamp: Uint8Array }, [Uint8Array]>(
    // Not a join: setting one up costs ten times the search, and nearly every draft is new.
    `SELECT n, (SELECT origin FROM logs WHERE key = log) AS origin, substr(record, 89, 8) AS stamp FROM events
     WHERE substr(record, 9, 32) = ? AND twin IS NULL`,
  ),
  down: db.prepare<{ record: Uint8Array }, [number, number, number]>(
    "SELECT record FROM events WHERE log = ? AND n < ? ORDER BY n DESC LIMIT ?",
  ),
  up: db.prepare<{ record: Uint8Array }, [number, number, number, number]>(
    "SELECT record FROM events WHERE log = ? AND n > ? AND n <= ? ORDER BY n LIMIT ?",
  ),
  stampAt: db.prepare<{ early: number }, [Uint8Array, number, number]>(
    "SELECT substr(record, 89, 8) < ? AS early FROM events WHERE log = ? AND n = ?",
  ),
  othersIn: db.prepare<{ n: number }, [number, number, number, Uint8Array, Uint8Array, number]>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM events WHERE log = ? AND n > ? AND n <= ? AND substr(record, 2, 1) = x'01'
     AND twin IS NULL AND substr(record, 41, 16) <> ? AND substr(record, 89, 8) >= ? LIMIT ?)`,
  ),
  heads: db.prepare<{ head: Uint8Array | null }, [number, number]>(
    "SELECT CASE WHEN twin IS NULL THEN substr(record, 1, 96) END AS head FROM events WHERE log = ? AND n > ? ORDER BY n",
  ),
});

/** The records themselves. Offsets in SQL are those of protocol/record.ts plus one. */
export class EventTable {
  /** id and room as the record holds them: the key of events_id */
  private readonly key = Buffer.alloc(32);
  private readonly sql: ReturnType<typeof statements>;
  constructor(db: Database) {
    this.sql = statements(db);
  }

  insert(pos: number, log: LogState, n: number, record: Uint8Array): void {
    this.sql.add.run(pos, log.key, n, record);
  }

  /** As `insert`, but a draft that another province accepted as well is kept beside its twin: then true. */
  insertApplied(pos: number, log: LogState, n: number, record: Uint8Array): boolean {
    try {
      this.sql.add.run(pos, log.key, n, record);
      return false;
    } catch (error) {
      if (!(error instanceof SQLiteError) || error.code !== "SQLITE_CONSTRAINT_UNIQUE") throw error;
      this.sql.addTwin.run(pos, log.key, n, record);
      return true;
    }
  }

  find(room: RoomId, id: EventId): Ack | undefined {
    this.key.write(id, 0, "hex");
    this.key.write(room, 16, "hex");
    const row = this.sql.byId.get(this.key);
    if (!row) return undefined;
    const { stamp } = row;
    const view = new DataView(stamp.buffer, stamp.byteOffset);
    return { id, origin: row.origin, n: row.n, stamp: Number(view.getBigUint64(0)) };
  }

  below(log: LogState, before: number, limit: number): Uint8Array[] {
    return this.sql.down.all(log.key, before, limit).map((row) => row.record);
  }

  range(log: LogState, after: number, upto: number, bytes: number): Uint8Array[] {
    const records: Uint8Array[] = [];
    for (let at = after; ; ) {
      const rows = this.sql.up.all(log.key, at, upto, CHUNK);
      for (const { record } of rows) {
        bytes -= record.length;
        if (bytes < 0 && records.length > 0) return records;
        records.push(record);
      }
      if (rows.length < CHUNK) return records;
      at += CHUNK;
    }
  }

  /** n of the log's last event stamped before `from`; its base where there is none. Stamps of one log only grow. */
  lastBefore(log: LogState, from: Stamp): number {
    const bytes = stampBytes(from);
    let low = log.base;
    let high = log.n;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.sql.stampAt.get(bytes, log.key, middle)?.early) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The rolling hash over base+1 … n, computed from the records behind the last place before n where it is known. */
  hashAt(log: LogState, n: number): bigint | undefined {
    if (n === log.n) return log.hash;
    if (n < log.base || n > log.n) return undefined;
    const start = log.known.reduce((best, at) => (at.n <= n && at.n > best.n ? at : best), {
      n: log.base,
      hash: log.seed,
    });
    let { hash } = start;
    for (let at = start.n; at < n; at += CHUNK) {
      for (const { record } of this.sql.up.all(log.key, at, n, CHUNK)) hash = rollHash(record, hash);
    }
    log.known = [...log.known, { n, hash }].slice(-MOST_KNOWN);
    return hash;
  }

  /** Messages of others than `person` behind n, stamped at or after `since`, counted up to `limit`. */
  countOthers(log: LogState, n: number, person: PersonId, since: Stamp, limit: number): number {
    if (n >= log.n) return 0;
    log.tail ??= this.tailOf(log);
    const { from } = log.tail;
    const count = log.tail.others(log.n, n, person, since);
    if (n >= from || count >= limit) return Math.min(count, limit);
    const earlier = this.sql.othersIn.get(log.key, n, from, fromHex(person), stampBytes(since), limit - count);
    return count + (earlier?.n ?? 0);
  }

  private tailOf(log: LogState): Tail {
    const tail = new Tail(Math.max(log.base, log.n - TAIL));
    for (const { head } of this.sql.heads.all(log.key, tail.from)) tail.push(head, log.room.members);
    return tail;
  }

  unread(state: RoomState, person: PersonId, read: (origin: Origin) => number, limit: number): number {
    const since = state.row?.history === "joined" ? (state.members.get(person)?.since ?? 0) : 0;
    let count = 0;
    for (const log of state.logs.values()) {
      if (count < limit) count += this.countOthers(log, read(log.origin), person, since, limit - count);
    }
    return count;
  }
}
