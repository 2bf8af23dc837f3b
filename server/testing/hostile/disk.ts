import { Database } from "bun:sqlite";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What lies in a node's data folder: bytes of all files, and rows that a hostile province might have made. */
export interface Held {
  bytes: number;
  marks: number;
  rooms: number;
  lives: number;
}

/** Reads a data folder from outside, through none of the store's code. The node may be running. */
export function held(data: string): Held {
  const total = { bytes: 0, marks: 0, rooms: 0, lives: 0 };
  for (const name of readdirSync(data)) {
    const path = join(data, name);
    total.bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (!/^(shard-\d+|directory)\.db$/.test(name)) continue;
    const db = new Database(path, { readonly: true });
    try {
      db.run("PRAGMA busy_timeout = 5000");
      const count = (table: string) => (db.query(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
      total.marks += count("marks");
      total.rooms += count("rooms");
      total.lives += count("logs");
    } finally {
      db.close();
    }
  }
  return total;
}
