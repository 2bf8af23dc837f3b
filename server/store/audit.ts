import type { Database } from "bun:sqlite";
import type { AuditFind } from "#protocol/admin";
import { type AuditDraft, type AuditEntry, type AuditHead, auditText, type AuditWitness } from "#protocol/audit";
import type { Province } from "#protocol/ids";
import { type AuditLogTx, type AuditState, type Note, noteText, NO_HASH, type Sealer } from "../domain/audit/ports.ts";
import { AuditSearch } from "./audit-search.ts";
import { type AuditRow, entryOf } from "./audit-row.ts";
import { AuditSeals } from "./audit-seals.ts";

const NOTE = "k, province, witness, size, root, note, hash";
const ENTRY = "n, at, kind, by, facts, hash";

const statements = (db: Database) => ({
  last: db.prepare<{ n: number; hash: string }, []>("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1"),
  insert: db.prepare("INSERT INTO audit (n, at, kind, by, facts, hash) VALUES (?, ?, ?, ?, ?, ?)"),
  range: db.prepare<AuditRow, [number, number]>(`SELECT ${ENTRY} FROM audit WHERE n >= ? ORDER BY n LIMIT ?`),
  lastNote: db.prepare<{ k: number; hash: string }, []>("SELECT k, hash FROM audit_notes ORDER BY k DESC LIMIT 1"),
  sameNote: db.prepare<{ k: number }, [string, string, number, string]>(
    "SELECT k FROM audit_notes WHERE province = ? AND witness = ? AND size = ? AND root = ?",
  ),
  insertNote: db.prepare(
    "INSERT INTO audit_notes (k, province, witness, size, root, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
  ),
  notes: db.prepare<NoteRow, [number, number]>(`SELECT ${NOTE} FROM audit_notes WHERE k > ? ORDER BY k LIMIT ?`),
  head: db.prepare<NoteRow, [string]>(
    `SELECT ${NOTE} FROM audit_notes WHERE province = ? AND witness = '' ORDER BY k DESC LIMIT 1`,
  ),
  heads: db.prepare<NoteRow, [string]>(
    `SELECT ${NOTE} FROM audit_notes WHERE province = ? AND witness = '' ORDER BY k`,
  ),
  witnessed: db.prepare<NoteRow, [string, string]>(
    `SELECT ${NOTE} FROM audit_notes WHERE province = ? AND witness = ? ORDER BY k DESC LIMIT 1`,
  ),
  witnesses: db.prepare<NoteRow, [string]>(
    `SELECT ${NOTE} FROM audit_notes WHERE province = ? AND witness <> '' ORDER BY k`,
  ),
  tree: db.prepare<{ size: number; peaks: string }, []>(
    "SELECT size, peaks FROM audit_tree ORDER BY size DESC LIMIT 1",
  ),
  clearTree: db.prepare("DELETE FROM audit_tree"),
  putTree: db.prepare("INSERT INTO audit_tree (size, peaks) VALUES (?, ?)"),
});

interface NoteRow {
  k: number;
  province: string;
  witness: string;
  size: number;
  root: string;
  note: string;
  hash: string;
}

/** The audit log of directory.db: entries, what the provinces say of each other's logs, and the seal over both. */
export class AuditTable implements AuditLogTx {
  private readonly sql: ReturnType<typeof statements>;
  private readonly search: AuditSearch;
  private readonly sealed: AuditSeals;

  constructor(db: Database) {
    this.sql = statements(db);
    this.search = new AuditSearch(db);
    this.sealed = new AuditSeals(db);
  }

  append({ kind, by, facts }: AuditDraft, at: number): AuditEntry {
    const before = this.state();
    const n = before.size + 1;
    const entry = { n, at, kind, by, facts };
    const hash = sha256(auditText(entry, before.hash));
    this.sql.insert.run(n, at, kind, JSON.stringify(by), JSON.stringify(facts), hash);
    this.sealed.move(before, { ...before, size: n, hash });
    return { ...entry, hash };
  }

  size(): number {
    return this.sql.last.get()?.n ?? 0;
  }

  entries(from: number, limit: number): AuditEntry[] {
    return this.sql.range.all(from, limit).map(entryOf);
  }

  find(find: AuditFind): { entries: AuditEntry[]; next?: number } {
    return this.search.find(find);
  }

  putHead(head: AuditHead): void {
    this.put(head, "", { head });
  }

  putWitness(witness: AuditWitness): void {
    this.put(witness, witness.witness, { witness });
  }

  head(province: Province): AuditHead | undefined {
    return this.sql.head.all(province).flatMap(headIn)[0];
  }

  heads(province: Province): AuditHead[] {
    return this.sql.heads.all(province).flatMap(headIn);
  }

  hasHead(province: Province, size: number, root: string): boolean {
    return this.sql.sameNote.get(province, "", size, root) !== null;
  }

  witnesses(province: Province): AuditWitness[] {
    return this.sql.witnesses.all(province).flatMap(witnessIn);
  }

  witnessed(province: Province, witness: Province): AuditWitness | undefined {
    return this.sql.witnessed.all(province, witness).flatMap(witnessIn)[0];
  }

  notes(after: number, limit: number): Note[] {
    return this.sql.notes.all(after, limit).map(noteOf);
  }

  noted(): number {
    return this.sql.lastNote.get()?.k ?? 0;
  }

  seals() {
    return this.sealed.all();
  }

  tree(): { size: number; peaks: string[] } | undefined {
    const row = this.sql.tree.get();
    return row ? { size: row.size, peaks: JSON.parse(row.peaks) as string[] } : undefined;
  }

  putTree(size: number, peaks: readonly string[]): void {
    this.sql.clearTree.run();
    this.sql.putTree.run(size, JSON.stringify(peaks));
  }

  sealWith(sealer: Sealer): void {
    this.sealed.sealer = sealer;
  }

  seal(): void {
    this.sealed.sign();
  }

  private put({ province, size, root }: AuditHead | AuditWitness, witness: string, note: Note["note"]): void {
    if (this.sql.sameNote.get(province, witness, size, root)) return;
    const before = this.state();
    const k = before.notes + 1;
    const hash = sha256(noteText(k, note, before.notesHash));
    this.sql.insertNote.run(k, province, witness, size, root, JSON.stringify(note), hash);
    this.sealed.move(before, { ...before, notes: k, notesHash: hash });
  }

  private state(): AuditState {
    const last = this.sql.last.get();
    const note = this.sql.lastNote.get();
    return { size: last?.n ?? 0, hash: last?.hash ?? NO_HASH, notes: note?.k ?? 0, notesHash: note?.hash ?? NO_HASH };
  }
}

/** What is no note any more, or not the one it is filed as, is shown as an empty head: the chain says that it was altered. */
function noteOf(row: NoteRow): Note {
  const { k, hash } = row;
  try {
    const note = JSON.parse(row.note) as Note["note"];
    const { province, size, root } = "head" in note ? note.head : note.witness;
    const witness = "head" in note ? "" : note.witness.witness;
    if (province === row.province && witness === row.witness && size === row.size && root === row.root)
      return { k, note, hash };
  } catch {
    // It is not even JSON.
  }
  return {
    k,
    note: { head: { province: "", size: 0, root: row.note, at: 0, from: 0, proof: [], signature: "" } },
    hash,
  };
}

const headIn = (row: NoteRow): AuditHead[] => {
  const { note } = noteOf(row);
  return "head" in note ? [note.head] : [];
};

const witnessIn = (row: NoteRow): AuditWitness[] => {
  const { note } = noteOf(row);
  return "witness" in note ? [note.witness] : [];
};

const sha256 = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");
