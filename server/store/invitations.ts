import type { Database } from "bun:sqlite";
import type { InvitationsTx } from "../domain/enrolment/ports.ts";

export class InvitationTable implements InvitationsTx {
  constructor(readonly db: Database) {}
}
