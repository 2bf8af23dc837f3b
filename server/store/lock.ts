import { Database } from "bun:sqlite";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Every lock that is held: a connection that nobody refers to is closed by the collector, and its lock is gone. */
const held = new Set<Database>();

/**
 * Holds a folder for this process alone, through SQLite's own file locks: the kernel lets go of them when the process
 * dies, so no stale lock is ever left. Returns the way to let go.
 */
export function lockFolder(folder: string): () => void {
  const holder = join(folder, "lock.pid");
  const db = new Database(join(folder, "lock.db"), { create: true, readwrite: true });
  try {
    db.run("PRAGMA busy_timeout = 0");
    db.run("PRAGMA journal_mode = DELETE");
    db.run("BEGIN EXCLUSIVE");
  } catch (cause) {
    db.close(true);
    throw new Error(`The data folder ${folder} is in use by ${named(holder)}: stop it first.`, { cause });
  }
  held.add(db);
  writeFileSync(holder, `${process.pid}\n`);
  return () => {
    held.delete(db);
    db.run("ROLLBACK");
    db.close(true);
  };
}

function named(holder: string): string {
  try {
    return `another Beep process (pid ${readFileSync(holder, "utf8").trim()})`;
  } catch {
    return "another Beep process";
  }
}
