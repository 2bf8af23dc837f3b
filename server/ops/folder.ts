import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isProvince, type Province } from "#protocol/ids";
import { backupFolder, restoreFolder } from "../store/backup.ts";
import { storeFiles } from "../store/folder.ts";
import { readMeta } from "../store/identity.ts";
import { verifyFile } from "../store/verify.ts";
import { OpsError } from "./error.ts";

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

/** Copies a folder, in use or not, and reads the copy through: a backup that cannot be restored is none. */
export function backup(data: string, into: string): string {
  folderProvince(data);
  const paths = backupFolder(data, into);
  verify(into);
  return `${paths.length} files were copied into ${into} and read through. Keep them on another disk.`;
}

/** Lays a backup into an empty folder. */
export function restore(from: string, data: string): string {
  restoreFolder(from, data);
  return (
    `${data} is restored. Start the node: the other provinces give it what they wrote after the backup. What this ` +
    "province wrote after it is only where it went."
  );
}

/** Reads every file of a folder through, in use or not. @throws OpsError with the first fault of each file */
export function verify(folder: string): string {
  folderProvince(folder);
  const faults = storeFiles(folder).flatMap((name) => verifyFile(join(folder, name)) ?? []);
  if (faults.length === 0) return `${folder} is sound: every event is there and as it was written.`;
  const words = faults.map(({ path, message, room, origin }) =>
    [path, message, room && `room ${room}`, origin && `origin ${origin}`].filter(Boolean).join(" · "),
  );
  throw new OpsError(`${folder} is damaged. Stop the node and restore a backup.\n${words.join("\n")}`);
}
