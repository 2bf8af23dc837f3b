import { Database } from "bun:sqlite";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isProvince, type Province } from "#protocol/ids";
import { readMeta } from "../store/identity.ts";
import { OpsError } from "./desk.ts";

/** The database files of a data folder or a backup, the directory last. */
export const databaseFiles = (folder: string): string[] =>
  existsSync(folder)
    ? [
        ...readdirSync(folder)
          .filter((name) => /^shard-\d\d\.db$/.test(name))
          .sort(),
        "directory.db",
      ].filter((name) => existsSync(join(folder, name)))
    : [];

/** Whose data a folder holds. @throws OpsError where it is no data folder */
export function folderProvince(folder: string): Province {
  const path = join(folder, "directory.db");
  if (!existsSync(path)) throw new OpsError(`${folder} is no data folder of a node: there is no directory.db in it.`);
  const db = new Database(path, { readonly: true });
  try {
    const province = readMeta(db, "province");
    if (!isProvince(province)) throw new OpsError(`${path} does not say whose data it is.`);
    return province;
  } finally {
    db.close();
  }
}
