import type { Database } from "bun:sqlite";
import type { OrdersTx } from "../domain/administration/ports.ts";

export class OrderTable implements OrdersTx {
  constructor(readonly db: Database) {}
}
