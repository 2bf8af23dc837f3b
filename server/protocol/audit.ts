import type { DeviceId, PersonId, Province } from "./ids.ts";

/** What a province's audit log tells of. */
export type AuditKind =
  | "enrolled"
  | "linked"
  | "sign-in"
  | "sign-in-refused"
  | "credential"
  | "photo"
  | "revoked"
  | "invited"
  | "order"
  | "order-waiting"
  | "order-dated"
  | "order-refused"
  | "read"
  | "exported"
  | "reported"
  | "operator"
  | "wave"
  | "node";

/** Who did it: a person on a device, the operator on the machine, a personnel system by its token's name, or the node itself. */
export type AuditActor =
  | { person: PersonId; device: DeviceId }
  | { operator: string }
  | { system: string }
  | { node: Province };

/** Facts, never secrets and never words of messages. */
export type AuditFacts = Record<string, string | number | boolean | null>;

export interface AuditDraft {
  kind: AuditKind;
  by: AuditActor;
  facts: AuditFacts;
}

/** One entry of the log: dense from 1, chained by hash. */
export interface AuditEntry extends AuditDraft {
  n: number;
  /** milliseconds since 1970 */
  at: number;
  /** SHA-256 over `auditText`, hex */
  hash: string;
}

/** @param before hash of entry n - 1; 64 zeroes for the first */
export const auditText = ({ n, at, kind, by, facts }: Omit<AuditEntry, "hash">, before: string): string =>
  JSON.stringify(["beep audit v1", n, at, kind, by, facts, before]);

/**
 * Merkle tree head over the first `size` entries' hashes (RFC 9162 section 2.1), signed with the province's key. `proof`
 * shows that the tree of the head before it is a beginning of this one (section 2.1.4).
 */
export interface AuditHead {
  province: Province;
  size: number;
  /** hex */
  root: string;
  at: number;
  /** size of the head that `proof` begins with; 0 for the first */
  from: number;
  proof: string[];
  signature: string;
}
export const headText = ({ province, size, root, at }: Pick<AuditHead, "province" | "size" | "root" | "at">): string =>
  JSON.stringify(["beep audit head v1", province, size, root, at]);

/** Another province has seen this head, and that it goes on from the one that it saw before. */
export interface AuditWitness {
  /** who says so */
  witness: Province;
  province: Province;
  size: number;
  root: string;
  at: number;
  signature: string;
}
export const witnessText = ({ witness, province, size, root, at }: Omit<AuditWitness, "signature">): string =>
  JSON.stringify(["beep audit witness v1", witness, province, size, root, at]);
