import { closeSync, existsSync, fsyncSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";

export const shardPath = (folder: string, index: number): string =>
  join(folder, `shard-${String(index).padStart(2, "0")}.db`);
export const directoryPath = (folder: string): string => join(folder, "directory.db");

/** Names of the store's files that are in a folder, the directory last. */
export function storeFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder);
  const shards = names.filter((name) => /^shard-\d\d\.db$/.test(name)).sort();
  return names.includes("directory.db") ? [...shards, "directory.db"] : shards;
}

/** Brings a file, or a folder's list of names, to the disk. */
export function syncPath(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
