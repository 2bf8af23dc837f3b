import { Database } from "bun:sqlite";
import type { Origin, RoomId } from "#protocol/ids";
import { placeIn, recordSize, roomIn } from "#protocol/record";
import { parseHash, rollHash } from "./room-state.ts";

/** The first thing wrong with a file, in words for an operator, and the event where one can be named. */
export interface Fault {
  path: string;
  message: string;
  room?: RoomId;
  origin?: Origin;
  n?: number;
}

interface LogRow {
  key: number;
  room: RoomId;
  origin: Origin;
  base: number;
  seed: string;
  n: number;
  hash: string;
}

const CHUNK = 1000;

/**
 * Reads a whole file of the store: SQLite's own integrity_check, then every log from its base to its head, its numbers
 * dense, its records whole and its rolling hash that of the head. The file may be in use: one snapshot is read.
 * Takes a few seconds for 100 MB. Answers the first fault, undefined where all is well.
 */
export function verifyFile(path: string): Fault | undefined {
  const db = new Database(path, { readonly: true });
  try {
    db.run("BEGIN");
    const rows = db.query("PRAGMA integrity_check(1)").all() as { integrity_check: string }[];
    const said = rows[0]?.integrity_check;
    if (said !== "ok") return { path, message: `SQLite finds the file damaged: ${said}` };
    const logs = db
      .query(
        `SELECT logs.key, rooms.id AS room, origin, base, seed, n, hash FROM logs JOIN rooms ON rooms.key = logs.room
         ORDER BY rooms.id, origin`,
      )
      .all() as LogRow[];
    for (const log of logs) {
      const fault = verifyLog(db, path, log);
      if (fault) return fault;
    }
    return undefined;
  } catch (error) {
    return { path, message: `The file cannot be read: ${(error as Error).message}` };
  } finally {
    db.close(true);
  }
}

function verifyLog(db: Database, path: string, log: LogRow): Fault | undefined {
  const { room, origin } = log;
  const records = db.query<{ n: number; record: Uint8Array }, [number, number, number]>(
    "SELECT n, record FROM events WHERE log = ? AND n > ? ORDER BY n LIMIT ?",
  );
  let hash = parseHash(log.seed);
  let last = log.base;
  for (;;) {
    const rows = records.all(log.key, last, CHUNK);
    for (const { n, record } of rows) {
      if (n !== last + 1) return { path, message: `Event ${last + 1} is missing.`, room, origin, n: last + 1 };
      const place = recordSize(record) === record.length ? placeIn(record) : undefined;
      if (place?.n !== n || place.origin !== origin || roomIn(record) !== room) {
        return { path, message: `Event ${n} is damaged.`, room, origin, n };
      }
      hash = rollHash(record, hash);
      last = n;
    }
    if (rows.length < CHUNK) break;
  }
  if (last !== log.n)
    return { path, message: `The log ends at ${last}, its head says ${log.n}.`, room, origin, n: last };
  if (hash === parseHash(log.hash)) return undefined;
  return {
    path,
    message: "A record of the log was altered: its rolling hash is not that of the head.",
    room,
    origin,
    n: last,
  };
}
