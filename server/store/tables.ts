import type { Database } from "bun:sqlite";
import type { TablesTx } from "../domain/tables.ts";
import { AuditTable } from "./audit.ts";
import { ContactTable } from "./contacts.ts";
import { CredentialTable } from "./credentials.ts";
import { InvitationTable } from "./invitations.ts";
import { OfficeTable } from "./offices.ts";
import { OrderTable } from "./orders.ts";
import { RosterTable } from "./roster.ts";

/** The tables of directory.db beside people and devices. They keep nothing in memory, so a rollback needs no word to them. */
export const openTables = (db: Database): TablesTx => ({
  offices: new OfficeTable(db),
  invitations: new InvitationTable(db),
  credentials: new CredentialTable(db),
  orders: new OrderTable(db),
  roster: new RosterTable(db),
  audit: new AuditTable(db),
  contacts: new ContactTable(db),
});
