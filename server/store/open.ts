import { existsSync, mkdirSync } from "node:fs";
import type { Province } from "#protocol/ids";
import type { Now } from "../domain/clock.ts";
import { SHARDS } from "../domain/shard.ts";
import { Counter } from "./counter.ts";
import { DiskGuard } from "./disk.ts";
import { beginLife } from "./again.ts";
import { type Life, StoreFile } from "./file.ts";
import { directoryPath, shardPath } from "./folder.ts";
import { endRenewal, isRenewing, readMeta, settleOrigin, writeMeta } from "./identity.ts";
import { lockFolder } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { Reserve } from "./reserve.ts";
import { DIRECTORY_CACHE_KIB, openDatabase } from "./settings.ts";
import { SqliteStore } from "./store.ts";

export interface StoreOptions {
  /** made if it is not there; one process at a time */
  folder: string;
  province: Province;
  /** shard files, 1 … 16, beside the directory; fixed when the folder is made */
  files?: number;
  /** folder outside the data folder for a count that tells whether the latter was put back; without it nothing is counted */
  counter?: string;
  now?: Now;
  /** hears of what an operator should know: full disk, failed commit, failing listener */
  onAlarm?: (message: string, cause?: unknown) => void;
}

/** Opens a data folder. Throws with a sentence for the operator when it must not be opened. */
export function openStore(options: StoreOptions): SqliteStore {
  const { folder, province, files, counter: outside, now = Date.now, onAlarm = () => {} } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const release = lockFolder(folder);
  const opened: { db: ReturnType<typeof openDatabase>; path: string }[] = [];
  try {
    const fresh = !existsSync(directoryPath(folder));
    const open = (path: string, directory: boolean) => {
      const db = directory ? openDatabase(path, DIRECTORY_CACHE_KIB) : openDatabase(path);
      opened.push({ db, path });
      migrate(db, path, directory);
      return db;
    };
    const directory = open(directoryPath(folder), true);
    const count = settleShape(directory, folder, province, files, fresh);
    for (let index = 0; index < count; index++) open(shardPath(folder, index), false);
    opened.push(opened.shift() as (typeof opened)[number]);
    const counter = outside === undefined ? undefined : new Counter(outside, opened, now, onAlarm);
    const putBack = counter?.isAhead ?? false;
    if (putBack)
      onAlarm(
        `${folder} was put back to an older state: what it wrote since is in other provinces alone. A new life begins.`,
      );
    const origin = settleOrigin(opened, province, putBack);
    counter?.step();
    const life: Life = { origin, held: false };
    const list = opened.map(({ db, path }, index) => new StoreFile(db, path, index, life, province, index === count));
    if (isRenewing(directory)) {
      // A crash on the way into a new life: the directory is there already.
      for (const file of list) if (!file.directory) beginLife(file, origin);
      endRenewal(directory);
    }
    const reserve = new Reserve(folder);
    if (!reserve.hold()) onAlarm(`There is too little room in ${folder} to keep a reserve.`);
    return new SqliteStore(province, life, list, new DiskGuard(reserve, now, onAlarm), onAlarm, release, counter);
  } catch (error) {
    for (const { db } of opened) db.close(true);
    release();
    throw error;
  }
}

/** Whose folder it is and over how many files rooms are spread: written at its making, true for good. */
function settleShape(
  directory: ReturnType<typeof openDatabase>,
  folder: string,
  province: Province,
  files: number | undefined,
  fresh: boolean,
): number {
  const owner = readMeta(directory, "province");
  const kept = readMeta(directory, "files");
  if (owner === undefined || kept === undefined) {
    const count = files ?? 1;
    if (!Number.isInteger(count) || count < 1 || count > SHARDS)
      throw new Error(`A store has 1 to ${SHARDS} shard files.`);
    if (!fresh && existsSync(shardPath(folder, 0)))
      throw new Error(`${folder} has shards but its directory.db is not theirs: restore a backup.`);
    writeMeta(directory, "province", province);
    writeMeta(directory, "files", String(count));
    return count;
  }
  if (owner !== province) throw new Error(`${folder} holds the data of province ${owner}, not of ${province}.`);
  const count = Number(kept);
  if (files !== undefined && files !== count) {
    throw new Error(`${folder} was made with ${count} shard files: that cannot be changed to ${files}.`);
  }
  for (let index = 0; index < count; index++) {
    if (!existsSync(shardPath(folder, index)) && readMeta(directory, "origin") !== undefined) {
      throw new Error(`${shardPath(folder, index)} is missing: put it back, or restore a backup of the whole folder.`);
    }
  }
  return count;
}
