import type { Database } from "bun:sqlite";
import { DIRECTORY_ROOM, type Origin, type Province, type RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import { placeIn, stampRecord } from "#protocol/record";
import { type Opening, type SaidAgain, sayAgain, type Unconfirmed } from "../domain/again.ts";
import type { Committed } from "../domain/ports.ts";
import { shown } from "./events.ts";
import type { StoreFile } from "./file.ts";
import { LIFE_STEP, writeMeta } from "./identity.ts";
import { hashText, type LogState, rollHash, type RoomState } from "./room-state.ts";

const statements = (db: Database) => ({
  /** own logs of earlier lives with the first event that some province is not known to have */
  open: db.query<{ room: RoomId; origin: Origin; first: number }, [string, string]>(
    `SELECT rooms.id AS room, origin, min(events.n) AS first FROM outbox
     JOIN events ON events.pos = outbox.pos JOIN logs ON logs.key = events.log JOIN rooms ON rooms.key = logs.room
     WHERE substr(origin, 1, 2) = ? AND origin <> ? GROUP BY logs.key`,
  ),
  events: db.query<{ pos: number; n: number; record: Uint8Array; twin: number | null }, [number, number]>(
    "SELECT pos, n, record, twin FROM events WHERE log = ? AND n >= ? ORDER BY n",
  ),
  waits: db.query<{ pos: number; dest: Province }, [number, number]>(
    `SELECT events.pos, dest FROM events JOIN outbox ON outbox.pos = events.pos WHERE log = ?1 AND n >= ?2
     UNION SELECT event, dest FROM backfill JOIN events ON events.pos = event WHERE log = ?1 AND n >= ?2`,
  ),
  unsend: db.query("DELETE FROM outbox WHERE pos IN (SELECT pos FROM events WHERE log = ? AND n >= ?)"),
  unfill: db.query("DELETE FROM backfill WHERE event IN (SELECT pos FROM events WHERE log = ? AND n >= ?)"),
  remove: db.query("DELETE FROM events WHERE log = ? AND n >= ?"),
  record: db.query<{ record: Uint8Array }, [number, number]>("SELECT record FROM events WHERE log = ? AND n = ?"),
  end: db.query("UPDATE logs SET n = ?, hash = ?, stamp = ?, version = ?, digest = NULL WHERE key = ?"),
  endGrants: db.query("UPDATE grants SET base = ?1, hash = ?2 WHERE log = ?3 AND base > ?1"),
  begin: db.query(
    "INSERT INTO logs (room, origin, base, seed, n, hash, stamp, version) VALUES (?, ?, 0, ?, ?, ?, ?, ?)",
  ),
  insert: db.query("INSERT INTO events (pos, log, n, record, twin) VALUES (?, ?, ?, ?, ?)"),
  send: db.query("INSERT INTO outbox (pos, dest) VALUES (?, ?)"),
  mark: db.query("INSERT INTO marks (room, holder, kind, origin, n, version) VALUES (?, ?, ?, ?, ?, ?)"),
  recount: db.query("UPDATE rooms SET cseq = max(cseq, ?) WHERE key = ?"),
  follows: db.query<{ origin: Origin; n: number }, [string, string, string]>(
    `SELECT origin, logs.n FROM logs JOIN rooms ON rooms.key = logs.room
     WHERE rooms.id = ? AND substr(origin, 1, 2) = ? AND origin <> ? AND logs.n > 0`,
  ),
});

/**
 * The part of one file in a new life, in one transaction: positions and versions leap beyond those that were ever given,
 * own logs of earlier lives end at what all their provinces are known to have, and what stood behind is said again under
 * the new origin. Done twice it changes nothing but the leap.
 * @param opening of the directory's file: what stands first there, and that the folder's origin is now another one
 */
export function beginLife(file: StoreFile, next: Origin, opening?: Opening): Committed {
  const run = new Beginning(file, next);
  const { db } = file;
  const before = { pos: file.pos, version: file.version };
  db.run("BEGIN IMMEDIATE");
  try {
    run.all(opening);
    db.run("COMMIT");
  } catch (error) {
    if (db.inTransaction) db.run("ROLLBACK");
    Object.assign(file, before);
    throw error;
  } finally {
    file.cache.clear();
    file.outbox.recount();
  }
  const { records, marks, changed: rooms } = run;
  return { records, marks, rooms, reviewed: [], left: [], regarded: [], devices: [], entries: [], notices: [] };
}

class Beginning {
  readonly records: Uint8Array[] = [];
  readonly marks: Mark[] = [];
  readonly changed: RoomId[] = [];
  private readonly sql: ReturnType<typeof statements>;

  constructor(
    private readonly file: StoreFile,
    private readonly next: Origin,
  ) {
    this.sql = statements(file.db);
  }

  all(opening: Opening | undefined): void {
    const { file, next } = this;
    const top = Math.max(file.pos, file.version) + LIFE_STEP;
    file.pos = file.version = top;
    writeMeta(file.db, "floor", String(top));
    const rooms = new Map<RoomId, { log: LogState; first: number }[]>();
    for (const { room, origin, first } of this.sql.open.all(file.province, next)) {
      const log = file.cache.get(room).logs.get(origin) as LogState;
      rooms.set(room, [...(rooms.get(room) ?? []), { log, first }]);
    }
    if (file.directory) {
      writeMeta(file.db, "origin", next);
      writeMeta(file.db, "renewing", next);
      if (!rooms.has(DIRECTORY_ROOM)) rooms.set(DIRECTORY_ROOM, []);
    }
    for (const [room, logs] of rooms)
      this.room(file.cache.get(room), logs, room === DIRECTORY_ROOM ? opening : undefined);
  }

  private room(
    state: RoomState,
    logs: readonly { log: LogState; first: number }[],
    opening: Opening | undefined,
  ): void {
    const { province, outbox } = this.file;
    const others = state.provinces().filter((code) => code !== province);
    // Before the logs are cut: their grants end with them.
    const bases = new Map<string, number>();
    for (const { log } of logs) for (const dest of others) bases.set(log.origin + dest, outbox.grantedBase(log, dest));
    const events = logs.flatMap(({ log, first }) => this.takeOut(log, first));
    const follows = this.sql.follows.all(state.id, province, this.next).map(({ origin, n }) => [origin, n] as const);
    const opened = opening?.(Object.fromEntries(follows));
    if (events.length === 0 && !opened) return;
    const members = opened?.dests ?? others;
    const baseOf = (origin: Origin, dest: Province) => bases.get(origin + dest) ?? 0;
    const again = sayAgain(this.next, opened ? 1 : 0, events, members, baseOf);
    const records = [...again.records];
    if (opened) {
      const first = records[0];
      stampRecord(opened.record, this.next, 1, first ? placeIn(first).stamp : opened.stamp);
      records.unshift(opened.record);
    }
    const twins = [...(opened ? [null] : []), ...again.was.map((event) => (event as Taken).twin)];
    this.write(state, records, twins, again, members);
    this.carryMarks(state, again, records.length - again.records.length);
    if (again.cseq === undefined) return;
    this.sql.recount.run(again.cseq, state.key);
    this.changed.push(state.id);
  }

  /** Ends an earlier life's log before `first`, and answers what stood there and behind. */
  private takeOut(log: LogState, first: number): Taken[] {
    const { sql, file } = this;
    const n = first - 1;
    const hash = hashText(file.events.hashAt(log, n) ?? log.seed);
    const last = sql.record.get(log.key, n);
    const waits = new Map<number, Set<Province>>();
    for (const { pos, dest } of sql.waits.all(log.key, first)) waits.set(pos, (waits.get(pos) ?? new Set()).add(dest));
    const taken = sql.events.all(log.key, first).map(({ pos, n, record, twin }) => ({
      ...{ origin: log.origin, n, record, twin },
      waits: waits.get(pos) ?? new Set<Province>(),
    }));
    for (const statement of [sql.unsend, sql.unfill, sql.remove]) statement.run(log.key, first);
    sql.endGrants.run(n, hash, log.key);
    sql.end.run(n, hash, last ? placeIn(last.record).stamp : 0, ++file.version, log.key);
    return taken;
  }

  private write(
    state: RoomState,
    records: readonly Uint8Array[],
    twins: readonly (number | null)[],
    { spans }: SaidAgain,
    members: readonly Province[],
  ): void {
    const { sql, file, next } = this;
    file.rooms.ensure(state);
    const hashes = [0n];
    for (const record of records) hashes.push(rollHash(record, hashes.at(-1) as bigint));
    const { n, stamp } = placeIn(records.at(-1) as Uint8Array);
    const zero = hashText(0n);
    const begun = sql.begin.run(state.key, next, zero, n, hashText(hashes[n] as bigint), stamp, ++file.version);
    const log = { key: Number(begun.lastInsertRowid) } as LogState;
    const to = new Map(spans);
    for (const dest of members) if (!to.has(dest)) to.set(dest, { base: 0, last: n });
    records.forEach((record, i) => {
      sql.insert.run(++file.pos, log.key, i + 1, record, twins[i] ?? null);
      for (const [dest, { base, last }] of to) if (i + 1 > base && i + 1 <= last) sql.send.run(file.pos, dest);
    });
    for (const [dest, { base }] of to)
      if (base > 0) file.outbox.setGrant(log, dest, base, hashText(hashes[base] as bigint), file.pos);
    // What is withheld or refused stays so: it is said again, and shown to nobody.
    this.records.push(...records.map((record, i) => shown({ record, twin: twins[i] ?? null })));
    this.marks.push({ room: state.id, holder: file.province, kind: "s", origin: next, n });
  }

  /** Who has read or received events here has read them under their new numbers. */
  private carryMarks(state: RoomState, { was }: SaidAgain, after: number): void {
    for (const marks of this.file.marks.of(state).values())
      for (const kind of ["d", "r"] as const) {
        const own = marks.filter((mark) => mark.kind === kind && mark.local);
        const upto = was.findIndex(({ origin, n }) => n > (own.find((mark) => mark.origin === origin)?.n ?? 0));
        const n = upto === -1 ? was.length : upto;
        const [any] = own;
        if (!any || n === 0) continue;
        this.sql.mark.run(state.key, any.holder, kind, this.next, after + n, ++this.file.version);
        this.marks.push({ room: state.id, holder: any.holder, kind, origin: this.next, n: after + n });
      }
  }
}

type Taken = Unconfirmed & { twin: number | null };
