import { Database } from "bun:sqlite";
import { fromBase64, toBase64 } from "../platform/device-key.ts";
import type { Table, Vault } from "../platform/ports.ts";

interface Row {
  key: string;
  value: string | Uint8Array;
}

/** Bytes inside JSON, in a local file only. */
const pack = (value: unknown): string | Uint8Array =>
  value instanceof Uint8Array
    ? value
    : JSON.stringify(value, (_, part) =>
        part instanceof Uint8Array ? { $bytes: toBase64(part.slice().buffer as ArrayBuffer) } : part,
      );
const unpack = (value: string | Uint8Array): unknown =>
  typeof value === "string"
    ? JSON.parse(value, (_, part) => (part && typeof part.$bytes === "string" ? fromBase64(part.$bytes) : part))
    : new Uint8Array(value);

/**
 * The vault in one SQLite file that this process holds for itself: a second process is refused, so two never send
 * or cache over each other, and a lock does not outlive its process.
 * @throws where the file is held by another process or cannot be written
 */
export function openBunVault(path: string): Vault {
  const db = new Database(path, { create: true, strict: true });
  try {
    db.run("PRAGMA busy_timeout = 2000");
    db.run("PRAGMA locking_mode = EXCLUSIVE");
    db.run("PRAGMA journal_mode = WAL");
    db.run("PRAGMA synchronous = FULL");
    db.run("CREATE TABLE IF NOT EXISTS vault (tab TEXT, key TEXT, value, PRIMARY KEY (tab, key)) WITHOUT ROWID");
    db.run("BEGIN EXCLUSIVE");
    db.run("COMMIT");
  } catch (error) {
    db.close();
    throw error;
  }
  const get = db.query<Row, [string, string]>("SELECT key, value FROM vault WHERE tab = ? AND key = ?");
  const all = db.query<Row, [string, string, string]>(
    "SELECT key, value FROM vault WHERE tab = ? AND key >= ? AND key < ? ORDER BY key",
  );
  const put = db.query("INSERT OR REPLACE INTO vault (tab, key, value) VALUES (?, ?, ?)");
  const cut = db.query("DELETE FROM vault WHERE tab = ? AND key = ?");
  const write = db.transaction((ops: Parameters<Vault["write"]>[0]) => {
    for (const { table, key, value } of ops) {
      if (value === undefined) cut.run(table, key);
      else put.run(table, key, pack(value));
    }
  });
  return {
    get: async (table: Table, key) => {
      const row = get.get(table, key);
      return row ? unpack(row.value) : undefined;
    },
    all: async (table, prefix = "") =>
      all.all(table, prefix, `${prefix}\u{10ffff}`).map(({ key, value }) => ({ key, value: unpack(value) })),
    write: async (ops) => {
      if (ops.length) write.immediate(ops);
    },
    clear: async () => {
      db.run("DELETE FROM vault");
    },
    close: async () => db.close(),
  };
}
