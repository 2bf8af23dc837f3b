import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import type { Origin, Province } from "#protocol/ids";

/** Positions and versions of a new life begin this far beyond the old one's, so that no number is ever used twice. */
export const LIFE_STEP = 2 ** 32;
const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

export const readMeta = (db: Database, name: string): string | undefined =>
  (db.query("SELECT value FROM meta WHERE name = ?").get(name) as { value: string } | null)?.value;

export function writeMeta(db: Database, name: string, value: string): void {
  db.query("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(name, value);
}

export function mintOrigin(province: Province): Origin {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return `${province}-${Array.from(bytes, (byte) => LETTERS[byte % 36]).join("")}`;
}

/** What a copy of the file does not share with it: its inode and the moment that was made. */
function identityOf(path: string): string {
  const { ino, birthtimeMs } = statSync(path);
  return `${ino}:${birthtimeMs}`;
}

/**
 * The origin under which this folder writes. A folder that is new, copied, or holds a restored file begins a new life:
 * its old origin may have given numbers that this folder no longer knows of.
 * @param files every file of the folder, the directory last
 * @param putBack a file is older than it is known to have been
 */
export function settleOrigin(
  files: readonly { db: Database; path: string }[],
  province: Province,
  putBack = false,
): Origin {
  const directory = (files.at(-1) as { db: Database }).db;
  const known = readMeta(directory, "origin");
  const same = files.every(({ db, path }) => readMeta(db, "identity") === identityOf(path));
  if (known && same && !putBack) return known;
  const origin = mintOrigin(province);
  // The identities are written last: a crash on the way here leads to one more new life, never to a reused one.
  writeMeta(directory, "origin", origin);
  for (const { db } of files) {
    const floor = Math.max(Number(readMeta(db, "floor") ?? 0), newestNumber(db));
    writeMeta(db, "floor", String(known ? floor + LIFE_STEP : floor));
  }
  for (const { db, path } of files) writeMeta(db, "identity", identityOf(path));
  return origin;
}

/** Largest position or version that a file's rows show. */
export function newestNumber(db: Database): number {
  const row = db
    .query(
      `SELECT max(
        coalesce((SELECT max(pos) FROM events), 0), coalesce((SELECT max(pos) FROM outbox), 0),
        coalesce((SELECT max(pos) FROM backfill), 0), coalesce((SELECT max(pos) FROM grants), 0),
        coalesce((SELECT max(version) FROM logs), 0), coalesce((SELECT max(version) FROM marks WHERE version IS NOT NULL), 0)) AS top`,
    )
    .get() as { top: number };
  return row.top;
}

/** Whether a life was begun that not all files have come into. */
export const isRenewing = (directory: Database): boolean => readMeta(directory, "renewing") !== undefined;

export function endRenewal(directory: Database): void {
  directory.run("DELETE FROM meta WHERE name = 'renewing'");
}
