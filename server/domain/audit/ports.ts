import type { AuditFind } from "#protocol/admin";
import type { AuditDraft, AuditEntry, AuditHead, AuditWitness } from "#protocol/audit";
import type { Province } from "#protocol/ids";

/** Hash before the first entry, and before the first note. */
export const NO_HASH = "0".repeat(64);

/** This province's audit log, and what the provinces say of each other's logs. Reading. */
export interface AuditLog {
  /** entries there are */
  size(): number;
  /** entries with from ≤ n < from + limit */
  entries(from: number, limit: number): AuditEntry[];
  /**
   * Newest first; `text` is looked for in what an entry says, whatever its case; `person` is who did it or, as
   * `facts.person`, whom it is about. One call looks at a bounded number of entries: where it has found fewer than
   * `limit` there may still be a `next`, to be given as `before`.
   */
  find(find: AuditFind): { entries: AuditEntry[]; next?: number };
  /** the head that a province published last; undefined where none is known */
  head(province: Province): AuditHead | undefined;
  /** in the order in which they came */
  heads(province: Province): AuditHead[];
  /** what other provinces say of a province's log, in the order in which it came */
  witnesses(province: Province): AuditWitness[];
  /** whether a head of that size and root is among them */
  hasHead(province: Province, size: number, root: string): boolean;
  /** what one province said last of another's log */
  witnessed(province: Province, witness: Province): AuditWitness | undefined;
  /** heads and witnesses of all provinces behind the k-th, in the order in which they came, at most `limit` */
  notes(after: number, limit: number): Note[];
  /** how many there are */
  noted(): number;
  /** one, where the log is as this program wrote it; none, where it is empty */
  seals(): Seal[];
  /** the tree at the own head that was published last */
  tree(): { size: number; peaks: string[] } | undefined;
  /** From now on every commit that brings an entry or a note signs the state that it leads to. */
  sealWith(sealer: Sealer): void;
}

/** Writing, inside a transaction of DIRECTORY_ROOM. */
export interface AuditLogTx extends AuditLog {
  /** appends one entry: n, hash chain and all */
  append(draft: AuditDraft, at: number): AuditEntry;
  /** once per province, size and root */
  putHead(head: AuditHead): void;
  /** once per witness, province, size and root */
  putWitness(witness: AuditWitness): void;
  putTree(size: number, peaks: readonly string[]): void;
  /** the store's own call, before it commits */
  seal(): void;
}

/** A head or a witness as it is kept: `k` is dense from 1, `hash` chains them: SHA-256 over `noteText`, hex. */
export interface Note {
  k: number;
  note: { head: AuditHead } | { witness: AuditWitness };
  hash: string;
}
export const noteText = (k: number, note: Note["note"], before: string): string =>
  JSON.stringify(["beep audit note v1", k, note, before]);

/** Where both chains stand. */
export interface AuditState {
  size: number;
  hash: string;
  notes: number;
  notesHash: string;
}
export type Seal = AuditState & { signature: string | null };

/** The province's hand: the store holds no keys. */
export interface Sealer {
  sign(state: AuditState): string;
  holds(state: AuditState, signature: string): boolean;
}
