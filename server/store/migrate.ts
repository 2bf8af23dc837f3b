import type { Database } from "bun:sqlite";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dir, "migrations");

/** `NNN.every.NAME.sql` is for every file, `NNN.directory.NAME.sql` for directory.db alone. */
const STEPS = readdirSync(FOLDER)
  .filter((name) => /^\d{3}\.(every|directory)\..*\.sql$/.test(name))
  .sort()
  .map((name) => ({
    version: Number(name.slice(0, 3)),
    everywhere: name.includes(".every."),
    sql: readFileSync(join(FOLDER, name), "utf8"),
  }));

export const NEWEST = STEPS.at(-1)?.version ?? 0;

export const versionOf = (db: Database): number =>
  (db.query("PRAGMA user_version").get() as { user_version: number }).user_version;

/** Brings a file to this program's schema, one transaction a step; refuses a file that a newer program wrote. */
export function migrate(db: Database, path: string, directory: boolean): void {
  const found = versionOf(db);
  if (found > NEWEST) {
    throw new Error(
      `${path} was written by a newer version of Beep (schema ${found}, this one knows ${NEWEST}): install that version again, or restore a backup made with this one.`,
    );
  }
  for (const step of STEPS) {
    if (step.version <= found) continue;
    db.run("BEGIN IMMEDIATE");
    try {
      if (step.everywhere || directory) db.run(step.sql);
      db.run(`PRAGMA user_version = ${step.version}`);
      db.run("COMMIT");
    } catch (cause) {
      if (db.inTransaction) db.run("ROLLBACK");
      throw new Error(`${path} could not be brought to schema ${step.version}; nothing was changed.`, { cause });
    }
  }
}
