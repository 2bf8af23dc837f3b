import type { Database } from "bun:sqlite";
import type { OfficesTx } from "../domain/directory/ports.ts";

export interface OfficeTable extends OfficesTx {}
export class OfficeTable {
  constructor(readonly db: Database) {}
}
