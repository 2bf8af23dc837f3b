import type { AuditDraft, AuditEntry, AuditHead, AuditWitness } from "#protocol/audit";
import type { AuditFind } from "#protocol/admin";
import type { Province } from "#protocol/ids";

/** This province's audit log, and what the provinces say of each other's logs. Reading. */
export interface AuditLog {
  /** entries there are */
  size(): number;
  /** entries with from ≤ n < from + limit */
  entries(from: number, limit: number): AuditEntry[];
  /** newest first */
  find(find: AuditFind): { entries: AuditEntry[]; next?: number };
  /** the newest head that a province published; undefined where none is known */
  head(province: Province): AuditHead | undefined;
  heads(province: Province): AuditHead[];
  witnesses(province: Province): AuditWitness[];
}

/** Writing, inside a transaction of DIRECTORY_ROOM. */
export interface AuditLogTx extends AuditLog {
  /** appends one entry: n, hash chain and all */
  append(draft: AuditDraft, at: number): AuditEntry;
  putHead(head: AuditHead): void;
  putWitness(witness: AuditWitness): void;
}
