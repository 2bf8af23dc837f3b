import { Database } from "bun:sqlite";

/** The pinned Bun carries 3.54.1; nothing older was tried with these settings. */
const OLDEST_SQLITE = "3.54.0";
const MEBIBYTE = 1024 * 1024;

/** [pragma, value to set, value it must then answer]. FULL: a commit is on disk before its ack. */
const SETTINGS: readonly [string, string, string | number][] = [
  ["journal_mode", "WAL", "wal"],
  ["synchronous", "FULL", 2],
  ["busy_timeout", "5000", 5000],
  ["foreign_keys", "ON", 1],
  ["journal_size_limit", String(32 * MEBIBYTE), 32 * MEBIBYTE],
  // Fewer, larger checkpoints: each one syncs the file twice. 16 MiB of WAL keeps it well under 64 MiB.
  ["wal_autocheckpoint", "4096", 4096],
];

/** Pages that SQLite keeps in memory, in KiB. Shards are written at many places at once. */
const CACHE_KIB = 32 * 1024;
/** The directory is read a person at a time: the inner pages of its trees are enough, and all people would not fit. */
export const DIRECTORY_CACHE_KIB = 2 * 1024;

const older = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true }) < 0;

/** Opens one file of the store with the settings that its promises rest on, and proves that they took. */
export function openDatabase(path: string, cacheKib = CACHE_KIB): Database {
  const db = new Database(path, { create: true, readwrite: true, strict: true });
  try {
    const version = (db.query("SELECT sqlite_version() AS v").get() as { v: string }).v;
    if (older(version, OLDEST_SQLITE)) throw new Error(`SQLite ${version} is too old: Beep needs ${OLDEST_SQLITE}.`);
    const cache = ["cache_size", String(-cacheKib), -cacheKib] as const;
    for (const [name, value, expected] of [...SETTINGS, cache]) {
      db.run(`PRAGMA ${name} = ${value}`);
      const answer = Object.values(db.query(`PRAGMA ${name}`).get() as object)[0];
      if (answer !== expected) throw new Error(`${path}: PRAGMA ${name} is ${answer}, it must be ${expected}.`);
    }
    return db;
  } catch (error) {
    db.close(true);
    throw error;
  }
}
