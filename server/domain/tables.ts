import type { Orders, OrdersTx, Roster } from "./administration/ports.ts";
import type { AuditLog, AuditLogTx } from "./audit/ports.ts";
import type { ContactBook, ContactBookTx } from "./contact/ports.ts";
import type { Offices, OfficesTx } from "./directory/ports.ts";
import type { Credentials, CredentialsTx, Invitations, InvitationsTx } from "./enrolment/ports.ts";

/** What directory.db holds beside people and devices, as it is read: what is committed, and inside a job its own changes. */
export interface Tables {
  readonly offices: Offices;
  readonly invitations: Invitations;
  readonly credentials: Credentials;
  readonly orders: Orders;
  readonly roster: Roster;
  readonly audit: AuditLog;
  readonly contacts: ContactBook;
}

/** The same inside a transaction of DIRECTORY_ROOM. */
export interface TablesTx {
  readonly offices: OfficesTx;
  readonly invitations: InvitationsTx;
  readonly credentials: CredentialsTx;
  readonly orders: OrdersTx;
  readonly roster: Roster;
  readonly audit: AuditLogTx;
  readonly contacts: ContactBookTx;
}
