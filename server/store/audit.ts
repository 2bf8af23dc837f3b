import type { Database } from "bun:sqlite";
import type { AuditLogTx } from "../domain/audit/ports.ts";

export interface AuditTable extends AuditLogTx {}
export class AuditTable {
  constructor(readonly db: Database) {}
}
