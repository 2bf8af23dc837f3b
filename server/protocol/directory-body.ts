import type { AuditHead, AuditWitness } from "./audit.ts";
import type { Device, Issued, Person, ProvinceKey } from "./directory.ts";
import type { SignedOrder } from "./order.ts";

/**
 * Body of a directory event (`directory.v1`): one province's part of the directory. The first two are as version 0.2
 * wrote them; they are taken only until the province's key is known. `head` and `witness` pin the audit logs.
 */
export type DirectoryBody =
  | { person: Person }
  | { device: Device }
  | { key: ProvinceKey }
  | { issued: Issued }
  | { order: SignedOrder }
  | { head: AuditHead }
  | { witness: AuditWitness };
