import { type AuditHead, auditText, type AuditWitness, headText, witnessText } from "#protocol/audit";
import type { Province } from "#protocol/ids";
import { hash } from "node:crypto";
import type { VerifyNow } from "../ports.ts";
import { isContinued, MerkleTree } from "./merkle.ts";
import { type AuditLog, type AuditState, noteText, NO_HASH } from "./ports.ts";
import { sealText } from "./seal.ts";

/** A log to be looked through: a folder's, or an exported one. */
export interface AuditSource {
  province: Province;
  log: Pick<AuditLog, "entries" | "notes" | "seals">;
  keyOf(province: Province): string | undefined;
}

/** What another province's folder holds of this one's log. */
export interface AuditCopy {
  name: string;
  province: Province;
  heads: readonly AuditHead[];
  witnesses: readonly AuditWitness[];
  /** the key under which it knows this province */
  key: string | undefined;
}

export type AuditVerdict =
  | {
      good: true;
      entries: number;
      heads: number;
      /** up to which entry each other province has witnessed it */
      witnessed: Record<Province, number>;
    }
  /** @param entry the first one that is bad, where one can be named */
  | { good: false; entry?: number; fault: string };

class Fault extends Error {
  constructor(
    message: string,
    readonly entry?: number,
  ) {
    super(message);
  }
}

const CHUNK = 2000;
const sha256 = (text: string): string => hash("sha256", text, "hex");

/**
 * Looks a log through: both chains from their beginning, the seal over their ends, every own head's root and signature,
 * what other provinces witnessed, and what their copies hold. Some seconds for a million entries.
 */
export function verifyAudit(source: AuditSource, verify: VerifyNow, copies: readonly AuditCopy[] = []): AuditVerdict {
  try {
    return new Verification(source, verify, copies).run();
  } catch (error) {
    if (error instanceof Fault)
      return { good: false, fault: error.message, ...(error.entry !== undefined && { entry: error.entry }) };
    throw error;
  }
}

class Verification {
  private readonly heads: AuditHead[] = [];
  /** size and root of each */
  private readonly published = new Set<string>();
  private readonly witnesses: AuditWitness[] = [];
  /** roots that somebody published or saw, by size, each with who says so */
  private readonly roots = new Map<number, { root: string; by: string }[]>();
  private readonly state: AuditState = { size: 0, hash: NO_HASH, notes: 0, notesHash: NO_HASH };

  constructor(
    private readonly source: AuditSource,
    private readonly verify: VerifyNow,
    private readonly copies: readonly AuditCopy[],
  ) {}

  run(): AuditVerdict {
    this.readNotes();
    for (const { name, heads, witnesses } of this.copies) {
      for (const head of heads) this.expect(head, `the head that ${name} holds`);
      for (const witness of witnesses) this.expect(witness, `what ${witness.witness} witnessed, as ${name} holds it,`);
    }
    this.readEntries();
    this.checkBeyond();
    this.checkSeal();
    this.checkHeads();
    this.checkWitnesses();
    for (const copy of this.copies) this.checkCopy(copy);
    const witnessed: Record<Province, number> = {};
    for (const { witness, size } of this.witnesses) witnessed[witness] = Math.max(witnessed[witness] ?? 0, size);
    return { good: true, entries: this.state.size, heads: this.heads.length, witnessed };
  }

  private expect({ size, root }: { size: number; root: string }, by: string): void {
    const known = this.roots.get(size);
    if (known) known.push({ root, by });
    else this.roots.set(size, [{ root, by }]);
  }

  private readNotes(): void {
    const { state, source } = this;
    for (;;) {
      const notes = source.log.notes(state.notes, CHUNK);
      for (const { k, note, hash } of notes) {
        if (k !== state.notes + 1) throw new Fault(`Of the heads and witnesses number ${state.notes + 1} is missing.`);
        if (sha256(noteText(k, note, state.notesHash)) !== hash)
          throw new Fault(`Of the heads and witnesses number ${k} was altered.`);
        Object.assign(state, { notes: k, notesHash: hash });
        if ("head" in note && note.head.province === source.province) {
          this.heads.push(note.head);
          this.published.add(`${note.head.size} ${note.head.root}`);
          this.expect(note.head, "its head");
        }
        if ("witness" in note && note.witness.province === source.province) {
          this.witnesses.push(note.witness);
          this.expect(note.witness, `what ${note.witness.witness} witnessed`);
        }
      }
      if (notes.length < CHUNK) return;
    }
  }

  private readEntries(): void {
    const { state, source, roots } = this;
    const tree = MerkleTree.empty();
    for (;;) {
      const entries = source.log.entries(state.size + 1, CHUNK);
      for (const { hash, ...entry } of entries) {
        const { n } = entry;
        if (n !== state.size + 1) throw new Fault("it is missing", state.size + 1);
        if (sha256(auditText(entry, state.hash)) !== hash)
          throw new Fault("it was altered: its hash is not that of what it says and of the entry before", n);
        Object.assign(state, { size: n, hash });
        tree.add(hash);
        const wanted = roots.get(n);
        if (!wanted) continue;
        const root = tree.root();
        const other = wanted.find((one) => one.root !== root);
        if (other) throw new Fault(`the entries up to it are not those of ${other.by} over ${n} entries`, n);
      }
      if (entries.length < CHUNK) return;
    }
  }

  private checkBeyond(): void {
    const end = this.state.size;
    for (const [size, [first]] of this.roots)
      if (size > end) throw new Fault(`it is missing: ${first?.by} is over ${size} entries`, end + 1);
  }

  private checkSeal(): void {
    const { state, source } = this;
    const seals = source.log.seals();
    const { size, hash, notes, notesHash } = state;
    if (size === 0 && notes === 0 && seals.length === 0) return;
    const seal = seals.find(
      (one) => one.size === size && one.hash === hash && one.notes === notes && one.notesHash === notesHash,
    );
    const other = seals.find((one) => one !== seal);
    if (other && other.size > size) throw new Fault(`it is missing: the seal is over ${other.size} entries`, size + 1);
    if (other && other.size < size)
      throw new Fault(`it was added without a seal: the seal is over ${other.size} entries`, other.size + 1);
    if (other) throw new Fault("The seal is over other entries, heads or witnesses than are there.");
    if (!seal) throw new Fault("There is no seal over the log's end.");
    const key = this.key(source.province);
    if (!seal.signature || !this.verify(key, sealText(source.province, seal), seal.signature))
      throw new Fault("The seal over the log's end is not signed with the province's key.");
  }

  private checkHeads(): void {
    let before: Pick<AuditHead, "size" | "root"> = { size: 0, root: "" };
    for (const head of this.heads) {
      const { province, size, from, proof, signature } = head;
      if (!this.verify(this.key(province), headText(head), signature))
        throw new Fault(`The head over ${size} entries is not signed with the province's key.`);
      if (from !== before.size || size <= from || !isContinued(before, head, proof))
        throw new Fault(`The head over ${size} entries does not go on from the one before it, over ${before.size}.`);
      before = head;
    }
  }

  private checkWitnesses(): void {
    for (const witness of this.witnesses) {
      const { size, root } = witness;
      if (!this.published.has(`${size} ${root}`))
        throw new Fault(`The head over ${size} entries is missing; ${witness.witness} witnessed it.`);
      if (!this.verify(this.key(witness.witness), witnessText(witness), witness.signature))
        throw new Fault(`What ${witness.witness} witnessed over ${witness.size} entries is not signed with its key.`);
    }
  }

  /** Another province's copy of heads may lag behind, and so may its witnesses here, but neither can hold what is not here. */
  private checkCopy({ name, province, heads, witnesses, key }: AuditCopy): void {
    if (key !== undefined && key !== this.key(this.source.province))
      throw new Fault(`The province's key is not the one that ${name} knows.`);
    for (const { size, root } of heads)
      if (!this.published.has(`${size} ${root}`))
        throw new Fault(`The head over ${size} entries is missing; ${name} holds it.`);
    const here = new Set(this.witnesses.flatMap(({ witness, size }) => (witness === province ? size : [])));
    const newest = [...here].reduce((most, size) => Math.max(most, size), 0);
    for (const { witness, size } of witnesses)
      if (witness === province && size < newest && !here.has(size))
        throw new Fault(`What ${witness} witnessed over ${size} entries is missing; ${name} holds it.`);
  }

  private key(province: Province): string {
    const key = this.source.keyOf(province);
    if (!key) throw new Fault(`The key of ${province} is not known.`);
    return key;
  }
}
