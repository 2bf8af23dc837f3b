import type { Database } from "bun:sqlite";
import { auditText } from "#protocol/audit";
import { openSigner } from "../auth/province-key.ts";
import { NO_HASH, type Note, noteText, type Seal } from "../domain/audit/ports.ts";
import { sealText } from "../domain/audit/seal.ts";

const sha256 = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex");

type Row = Record<"kind" | "by" | "facts" | "hash", string> & { n: number; at: number };

/** Hands in a directory.db: what somebody can do who may write the file, with or without the province's key. */
export class AuditHands {
  constructor(readonly db: Database) {
    for (const { name } of db
      .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'audit%'")
      .all())
      db.run(`DROP TRIGGER ${name}`);
  }

  get size(): number {
    return this.db.query<{ n: number }, []>("SELECT max(n) AS n FROM audit").get()?.n ?? 0;
  }

  rows(): Row[] {
    return this.db.query<Row, []>("SELECT * FROM audit ORDER BY n").all();
  }

  /** Puts rows in place of all there are, numbered from 1. */
  replace(rows: readonly Row[]): void {
    this.db.run("DELETE FROM audit");
    const put = this.db.prepare("INSERT INTO audit (n, at, kind, by, facts, hash) VALUES (?, ?, ?, ?, ?, ?)");
    for (const [i, { at, kind, by, facts, hash }] of rows.entries()) put.run(i + 1, at, kind, by, facts, hash);
  }

  /** Makes the chain of entries whole again. */
  chain(): void {
    let before = NO_HASH;
    const put = this.db.prepare("UPDATE audit SET hash = ? WHERE n = ?");
    for (const { n, at, kind, by, facts } of this.rows()) {
      const entry = { n, at, kind: kind as never, by: JSON.parse(by), facts: JSON.parse(facts) };
      before = sha256(auditText(entry, before));
      put.run(before, n);
    }
  }

  /** Makes the chain of heads and witnesses whole again, numbered from 1. */
  chainNotes(): void {
    const rows = this.db
      .query<{ province: string; witness: string; size: number; root: string; note: string }, []>(
        "SELECT province, witness, size, root, note FROM audit_notes ORDER BY k",
      )
      .all();
    this.db.run("DELETE FROM audit_notes");
    const put = this.db.prepare("INSERT INTO audit_notes VALUES (?, ?, ?, ?, ?, ?, ?)");
    let before = NO_HASH;
    rows.forEach(({ province, witness, size, root, note }, i) => {
      before = sha256(noteText(i + 1, JSON.parse(note) as Note["note"], before));
      put.run(i + 1, province, witness, size, root, note, before);
    });
  }

  /** Names the present state in the seal. @param sign undefined: with the signature that is there */
  seal(sign?: (text: string) => string): void {
    const last = this.db.query<{ n: number; hash: string }, []>("SELECT n, hash FROM audit ORDER BY n DESC").get();
    const note = this.db
      .query<{ k: number; hash: string }, []>("SELECT k, hash FROM audit_notes ORDER BY k DESC")
      .get();
    const state = {
      size: last?.n ?? 0,
      hash: last?.hash ?? NO_HASH,
      notes: note?.k ?? 0,
      notesHash: note?.hash ?? NO_HASH,
    };
    const old = this.db.query<Pick<Seal, "signature">, []>("SELECT signature FROM audit_seals").get();
    this.db.run("DELETE FROM audit_seals");
    this.db
      .query("INSERT INTO audit_seals VALUES (?, ?, ?, ?, ?)")
      .run(
        state.size,
        state.hash,
        state.notes,
        state.notesHash,
        sign?.(sealText("is", state)) ?? old?.signature ?? null,
      );
  }

  /** The province's key, as it lies in the file itself. */
  key() {
    const get = (name: string) =>
      this.db.query<{ value: string }, [string]>("SELECT value FROM meta WHERE name = ?").get(`secret:${name}`)?.value;
    return openSigner({ get, set: () => {} });
  }
}
