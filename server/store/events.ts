import { type Database, SQLiteError } from "bun:sqlite";
import { type EventId, fromHex, type Origin, type PersonId, type RoomId } from "#protocol/ids";
import { blankOf } from "../domain/blank.ts";
import type { Ack } from "#protocol/down";
import { AT, idIn, isSameDraft, KIND, placeIn } from "#protocol/record";
import type { Stamp } from "#protocol/stamp";
import { type LogState, rollHash, type RoomState } from "./room-state.ts";
import { TAIL, Tail } from "./tail.ts";
import { digestAfter, NO_DIGEST } from "../domain/signed-heads.ts";

const CHUNK = 256;
/** One for each province that follows a log, and some to spare. */
const MOST_KNOWN = 12;
/** Values of the column `twin`; a larger one is the stamp of a refused record's blank. */
const TWIN = 1;
const WITHHELD = 2;

interface Row {
  n: number;
  record: Uint8Array;
  twin: number | null;
}

/** What readers get of a record. */
export const shown = ({ record, twin }: Pick<Row, "record" | "twin">): Uint8Array =>
  twin === null || twin === TWIN ? record : blankOf(record, twin === WITHHELD ? undefined : twin);

/** The 8 bytes of a stamp as they stand in a record: they compare like the number. */
function stampBytes(stamp: Stamp): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(stamp));
  return bytes;
}

const statements = (db: Database) => ({
  add: db.prepare("INSERT INTO events (pos, log, n, record) VALUES (?, ?, ?, ?)"),
  addAside: db.prepare("INSERT INTO events (pos, log, n, record, twin) VALUES (?, ?, ?, ?, ?)"),
  setAside: db.prepare("UPDATE events SET twin = ? WHERE log = ? AND n = ?"),
  standing: db.prepare<{ log: number; n: number; record: Uint8Array }, [Uint8Array]>(
    "SELECT log, n, record FROM events WHERE substr(record, 9, 32) = ? AND twin IS NULL",
  ),
  twins: db.prepare<{ log: number; n: number; record: Uint8Array }, [Uint8Array]>(
    "SELECT log, n, record FROM events WHERE substr(record, 9, 32) = ? AND twin = 1 ORDER BY pos",
  ),
  withheld: db.prepare<Row, [number]>("SELECT n, record, twin FROM events WHERE log = ? AND twin = 2 ORDER BY n"),
  byId: db.prepare<{ n: number; origin: Origin; stamp: Uint8Array }, [Uint8Array]>(
    // Not a join: setting one up costs ten times the search, and nearly every draft is new.
    `SELECT n, (SELECT origin FROM logs WHERE key = log) AS origin, substr(record, 89, 8) AS stamp FROM events
     WHERE substr(record, 9, 32) = ? AND twin IS NULL`,
  ),
  ownWithheld: db.prepare<{ n: number; record: Uint8Array }, [number, Uint8Array]>(
    "SELECT n, record FROM events WHERE log = ? AND twin = 2 AND substr(record, 9, 32) = ?",
  ),
  // The index begins with the id: all rooms' events of that id stand side by side in it.
  everywhere: db.prepare<{ record: Uint8Array }, [Uint8Array, Uint8Array, number]>(
    "SELECT record FROM events WHERE substr(record, 9, 32) BETWEEN ? AND ? AND twin IS NULL LIMIT ?",
  ),
  down: db.prepare<Row, [number, number, number]>(
    "SELECT n, record, twin FROM events WHERE log = ? AND n < ? ORDER BY n DESC LIMIT ?",
  ),
  up: db.prepare<Row, [number, number, number, number]>(
    "SELECT n, record, twin FROM events WHERE log = ? AND n > ? AND n <= ? ORDER BY n LIMIT ?",
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
      if (!isTaken(error)) throw error;
      this.sql.addAside.run(pos, log.key, n, record, TWIN);
      return true;
    }
  }

  /** @param blank the stamp of the blank of a record that is refused; a withheld one has none */
  insertAside(pos: number, log: LogState, n: number, record: Uint8Array, blank?: Stamp): void {
    this.sql.addAside.run(pos, log.key, n, record, blank ?? WITHHELD);
  }

  standing(room: RoomId, id: EventId): { log: number; record: Uint8Array } | undefined {
    return this.sql.standing.get(this.keyOf(room, id)) ?? undefined;
  }

  /** Refuses the record that stands for an id, and its twins with it: they say the same. Answers the keys of their logs. */
  refuse(room: RoomId, id: EventId): number[] {
    const key = this.keyOf(room, id);
    const rows = [...this.sql.standing.all(key), ...this.sql.twins.all(key)];
    for (const { log, n, record } of rows) this.sql.setAside.run(placeIn(record).stamp, log, n);
    return rows.map(({ log }) => log);
  }

  /** Lets a twin stand for an id for which nothing stands any more; answers the key of its log. */
  promote(room: RoomId, id: EventId): number | undefined {
    const key = this.keyOf(room, id);
    const [twin] = this.sql.standing.get(key) ? [] : this.sql.twins.all(key);
    if (twin) this.sql.setAside.run(null, twin.log, twin.n);
    return twin?.log;
  }

  /** See `Tx.review`; answers whether anything changed, and for which ids nothing may stand any more. */
  review(
    log: LogState,
    after: Stamp,
    isBelieved: (record: Uint8Array) => boolean,
  ): { changed: boolean; withheld: EventId[] } {
    const believed = this.sql.withheld.all(log.key).filter(({ record }) => isBelieved(record));
    const withheld: EventId[] = [];
    for (const { n, record } of log.stamp > after ? this.newerThan(log, after) : [])
      if (record[AT.kind] !== KIND.control && !isBelieved(record)) {
        this.sql.setAside.run(WITHHELD, log.key, n);
        withheld.push(idIn(record));
      }
    for (const row of believed) this.release(log, row);
    return { changed: withheld.length + believed.length > 0, withheld };
  }

  /** Of the log's events stamped after `after`, those that stand. */
  private newerThan(log: LogState, after: Stamp): Row[] {
    const found: Row[] = [];
    for (let before = log.n + 1; ; ) {
      const rows = this.sql.down.all(log.key, before, CHUNK);
      for (const row of rows) {
        if (placeIn(row.record).stamp <= after) return found;
        if (row.twin === null || row.twin === TWIN) found.push(row);
      }
      if (rows.length < CHUNK) return found;
      before -= CHUNK;
    }
  }

  /** A withheld record stands, unless another one stands for its id. */
  private release(log: LogState, { n, record }: Row): void {
    try {
      this.sql.setAside.run(null, log.key, n);
    } catch (error) {
      if (!isTaken(error)) throw error;
      const other = this.sql.standing.get(record.slice(AT.id, AT.sender));
      const isTwin = other !== null && isSameDraft(other.record, record);
      this.sql.setAside.run(isTwin ? TWIN : placeIn(record).stamp, log.key, n);
    }
  }

  find(room: RoomId, id: EventId): Ack | undefined {
    const row = this.sql.byId.get(this.keyOf(room, id));
    if (!row) return undefined;
    const { stamp } = row;
    const view = new DataView(stamp.buffer, stamp.byteOffset);
    return { id, origin: row.origin, n: row.n, stamp: Number(view.getBigUint64(0)) };
  }

  /** A draft that a log of this province holds, withheld since its sender was removed: it was acknowledged once. */
  findWithheld(log: LogState, id: EventId): Ack | undefined {
    const row = this.sql.ownWithheld.get(log.key, this.keyOf(log.room.id, id));
    return row ? { id, ...placeIn(row.record) } : undefined;
  }

  /** The records of that id in any room, at most so many. */
  everywhere(id: EventId, limit: number): Uint8Array[] {
    const [first, last] = [0, 255].map((fill) => {
      const key = Buffer.alloc(32, fill);
      key.write(id, 0, "hex");
      return key;
    }) as [Buffer, Buffer];
    return this.sql.everywhere.all(first, last, limit).map((row) => row.record);
  }

  below(log: LogState, before: number, limit: number): Uint8Array[] {
    return this.sql.down.all(log.key, before, limit).map(shown);
  }

  /** @param blanks whether readers are to get it */
  range(log: LogState, after: number, upto: number, bytes: number, blanks: boolean): Uint8Array[] {
    const records: Uint8Array[] = [];
    for (let at = after; ; ) {
      const rows = this.sql.up.all(log.key, at, upto, CHUNK);
      for (const row of rows) {
        const record = blanks ? shown(row) : row.record;
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

  /** The digest of a log's records (domain/signed-heads.ts). One that begins at a base where none is known is like no other. */
  digestOf(log: LogState): string {
    log.digest ??= this.digestAt(log, log.n);
    return log.digest;
  }

  digestAt(log: LogState, n: number): string {
    let digest = NO_DIGEST;
    for (let at = log.base; at < n; at += CHUNK)
      for (const { record } of this.sql.up.all(log.key, at, n, CHUNK)) digest = digestAfter(digest, record);
    return digest;
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

  private keyOf(room: RoomId, id: EventId): Uint8Array {
    this.key.write(id, 0, "hex");
    this.key.write(room, 16, "hex");
    return this.key;
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

/** Another record stands for the id. */
const isTaken = (error: unknown): boolean => error instanceof SQLiteError && error.code === "SQLITE_CONSTRAINT_UNIQUE";
