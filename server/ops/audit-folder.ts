import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Province } from "#protocol/ids";
import type { AuditLog } from "../domain/audit/ports.ts";
import type { AuditCopy, AuditSource } from "../domain/audit/verify.ts";
import { AuditTable } from "../store/audit.ts";
import { OfficeTable } from "../store/offices.ts";
import { OpsError } from "./error.ts";
import { folderProvince } from "./folder.ts";

/** The audit log of a folder, in use or not, as it stands at one moment. */
export interface AuditFolder extends AuditSource {
  log: AuditLog;
  /** what it holds of another province's log */
  copyOf(province: Province): AuditCopy;
  close(): void;
}

/** @throws OpsError where there is no log */
export const openAuditFolder = (folder: string): AuditFolder =>
  auditIn(new Database(join(folder, "directory.db"), { readonly: true }), folder, folderProvince(folder));

/** The same in an open file, which it takes over. */
export function auditIn(db: Database, folder: string, province: Province): AuditFolder {
  try {
    db.run("PRAGMA busy_timeout = 5000");
    if (!db.query("SELECT 1 FROM sqlite_schema WHERE name = 'audit'").get())
      throw new OpsError(`${folder} was last written by a version without an audit log: start its node once.`);
    db.run("BEGIN");
    const log = new AuditTable(db);
    const offices = new OfficeTable(db);
    return {
      province,
      log,
      keyOf: (one) => offices.provinceKey(one),
      copyOf: (one) => ({
        name: province,
        province,
        heads: log.heads(one),
        witnesses: log.witnesses(one),
        key: offices.provinceKey(one),
      }),
      close: () => db.close(true),
    };
  } catch (error) {
    db.close(true);
    throw error;
  }
}
