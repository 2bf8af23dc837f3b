import type { Database } from "bun:sqlite";
import type { CredentialsTx } from "../domain/enrolment/ports.ts";

export class CredentialTable implements CredentialsTx {
  constructor(readonly db: Database) {}
}
