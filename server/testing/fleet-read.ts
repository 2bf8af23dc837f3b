import { Database } from "bun:sqlite";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { DIRECTORY_ROOM, type Origin, type RoomId } from "#protocol/ids";
import { AT, decodeRecord, HEAD_BYTES } from "#protocol/record";
import type { Stamp } from "#protocol/stamp";
import type { RoomReplica } from "./fleet-check.ts";

/**
 * Reads what lies in a province's data folder with SQL of its own, through none of the store's code. The node may be
 * running: each file is read in one transaction.
 * @param wanted rooms to read; the others are skipped
 */
export function readReplica(data: string, wanted: (room: RoomId) => boolean): Map<RoomId, RoomReplica> {
  const replica = new Map<RoomId, RoomReplica>();
  for (const file of eventFiles(data)) {
    const db = new Database(file, { readonly: true });
    try {
      db.run("PRAGMA busy_timeout = 5000");
      db.transaction(() => {
        const logs = db
          .query("SELECT l.key, r.id AS room, l.origin, l.base, l.n, l.hash FROM logs l JOIN rooms r ON r.key = l.room")
          .all() as { key: number; room: RoomId; origin: string; base: number; n: number; hash: string }[];
        const events = db.query<{ record: Uint8Array }, [number]>("SELECT record FROM events WHERE log = ? ORDER BY n");
        for (const { key, room, origin, base, n, hash } of logs) {
          if (room === DIRECTORY_ROOM || !wanted(room)) continue;
          const held = replica.get(room) ?? { events: [], heads: {} };
          replica.set(room, held);
          held.heads[origin] = { base, n, hash };
          for (const { record } of events.iterate(key)) held.events.push(storedOf(record));
        }
      })();
    } finally {
      db.close();
    }
  }
  return replica;
}

/** How far an origin's part of a room has come: the last number and its stamp. */
export type Heads = Map<RoomId, Map<Origin, { n: number; stamp: Stamp }>>;

/** Enough to see provinces agree, and quick to ask often. */
export function readHeads(data: string, wanted: (room: RoomId) => boolean): Heads {
  const heads: Heads = new Map();
  for (const file of eventFiles(data)) {
    const db = new Database(file, { readonly: true });
    try {
      db.run("PRAGMA busy_timeout = 1000");
      const rows = db
        .query(
          "SELECT r.id AS room, l.origin, l.n, l.stamp FROM logs l JOIN rooms r ON r.key = l.room WHERE l.n > l.base",
        )
        .all() as { room: RoomId; origin: Origin; n: number; stamp: Stamp }[];
      for (const { room, origin, n, stamp } of rows) {
        if (!wanted(room)) continue;
        const held = heads.get(room) ?? new Map();
        heads.set(room, held.set(origin, { n, stamp }));
      }
    } finally {
      db.close();
    }
  }
  return heads;
}

/** Events that a province still keeps for others, not knowing that they have them. */
export function readWaiting(data: string): number {
  let waiting = 0;
  for (const file of eventFiles(data)) {
    const db = new Database(file, { readonly: true });
    try {
      const row = db.query("SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM backfill) AS n").get();
      waiting += (row as { n: number }).n;
    } finally {
      db.close();
    }
  }
  return waiting;
}

/** How many people and devices a province's directory holds. */
export function readPeople(file: string): { people: number; devices: number } {
  const db = new Database(file, { readonly: true });
  try {
    return db
      .query("SELECT (SELECT count(*) FROM people) AS people, (SELECT count(*) FROM devices) AS devices")
      .get() as {
      people: number;
      devices: number;
    };
  } finally {
    db.close();
  }
}

/** Searches every file under the folders, byte by byte, for each of the texts. Answers the text and the file. */
export function searchFiles(folders: readonly string[], texts: readonly string[]): { text: string; file: string }[] {
  const found: { text: string; file: string }[] = [];
  for (const folder of folders)
    for (const file of filesUnder(folder)) {
      const bytes = readFileSync(file);
      for (const text of texts) if (bytes.includes(text)) found.push({ text, file: relative(folder, file) });
    }
  return found;
}

function eventFiles(data: string): string[] {
  return filesUnder(data).filter((file) => /\/(shard-\d+|directory)\.db$/.test(file));
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

function storedOf(record: Uint8Array) {
  const { id, origin, n, stamp } = decodeRecord(record);
  const head = Buffer.from(record.subarray(0, AT.origin)).toString("hex");
  const body = new Bun.CryptoHasher("sha256").update(record.subarray(HEAD_BYTES)).digest("hex");
  return { id, origin, n, stamp, draft: `${head} ${body}` };
}
