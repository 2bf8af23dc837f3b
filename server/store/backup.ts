import { Database } from "bun:sqlite";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { storeFiles, syncPath } from "./folder.ts";
import { NEWEST, versionOf } from "./migrate.ts";
import { readMeta } from "./identity.ts";
import { verifyFile } from "./verify.ts";

/**
 * Copies one file of a store into a folder while writing goes on: one snapshot, compacted, on disk and only then under
 * its name. The copy has no identity, so that whoever opens it begins a new life. Returns its path.
 * Runs in the calling process; call it from one of its own beside a busy node. Needs as much room as the file has content.
 */
export function backupFile(path: string, into: string): string {
  mkdirSync(into, { recursive: true, mode: 0o700 });
  const target = join(into, basename(path));
  const part = `${target}.part`;
  rmSync(part, { force: true });
  try {
    const source = new Database(path, { readonly: true });
    try {
      source.run("PRAGMA busy_timeout = 5000");
      source.query("VACUUM INTO ?").run(part);
    } finally {
      source.close(true);
    }
    const copy = new Database(part, { readwrite: true });
    try {
      copy.run("DELETE FROM meta WHERE name = 'identity'");
    } finally {
      copy.close(true);
    }
    syncPath(part);
    renameSync(part, target);
    syncPath(into);
    return target;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Copies every file of a store, the directory first: a room's file is never older than the people in it. */
export function backupFolder(folder: string, into: string): string[] {
  const names = storeFiles(folder);
  if (names.at(-1) !== "directory.db") throw new Error(`${folder} holds no data of Beep: there is no directory.db.`);
  if (storeFiles(into).length > 0) throw new Error(`${into} already holds a backup: choose an empty folder.`);
  return names.reverse().map((name) => backupFile(join(folder, name), into));
}

/**
 * Lays a backup into an empty folder; the next node that opens it writes under a new origin and fetches from the other
 * provinces what came after the backup. Throws with a sentence for the operator, and then leaves nothing behind.
 */
export function restoreFolder(backup: string, folder: string): void {
  const names = storeFiles(backup);
  checkBackup(backup, names);
  const present = storeFiles(folder);
  if (present.length > 0) {
    throw new Error(
      `${folder} already holds data (${present[0]}): restore into an empty folder, then put it in place.`,
    );
  }
  const laid: string[] = [];
  try {
    for (const name of names) laid.push(backupFile(join(backup, name), folder));
  } catch (error) {
    for (const path of laid) rmSync(path, { force: true });
    throw error;
  }
}

function checkBackup(backup: string, names: readonly string[]): void {
  const directory = join(backup, "directory.db");
  if (!existsSync(directory)) throw new Error(`${backup} is no backup of Beep: there is no directory.db.`);
  const db = new Database(directory, { readonly: true });
  try {
    const version = versionOf(db);
    if (version > NEWEST) {
      throw new Error(
        `${backup} was made by a newer version of Beep (schema ${version}): install that version to restore it.`,
      );
    }
    const shards = Number(readMeta(db, "files"));
    if (names.length !== shards + 1) {
      throw new Error(`${backup} is incomplete: it should hold ${shards} shard files, it holds ${names.length - 1}.`);
    }
  } finally {
    db.close(true);
  }
  for (const name of names) {
    const fault = verifyFile(join(backup, name));
    if (fault) throw new Error(`${fault.path} is damaged, nothing was restored. ${fault.message}`);
  }
}
