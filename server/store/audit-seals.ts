import type { Database } from "bun:sqlite";
import type { AuditState, Seal, Sealer } from "../domain/audit/ports.ts";

const statements = (db: Database) => ({
  all: db.prepare<Seal, []>(
    "SELECT size, hash, notes, notes_hash AS notesHash, signature FROM audit_seals ORDER BY size, notes",
  ),
  at: db.prepare<{ signature: string | null }, [number, string, number, string]>(
    "SELECT signature FROM audit_seals WHERE size = ? AND hash = ? AND notes = ? AND notes_hash = ?",
  ),
  remove: db.prepare("DELETE FROM audit_seals WHERE size = ? AND hash = ? AND notes = ? AND notes_hash = ?"),
  put: db.prepare(
    "INSERT INTO audit_seals (size, hash, notes, notes_hash, signature) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET signature = excluded.signature",
  ),
});

/**
 * The seal over the newest state, one signature a commit. A state is only ever continued from when it was sealed: the
 * seal of one that is not there any more, or was not this program's, stays beside the next one, where `verify` finds it.
 */
export class AuditSeals {
  sealer: Sealer | undefined;
  private readonly sql: ReturnType<typeof statements>;
  /** the state that this process made last, known to be sound without a look at its signature */
  private own: string | undefined;
  constructor(db: Database) {
    this.sql = statements(db);
  }

  all(): Seal[] {
    return this.sql.all.all();
  }

  /** @throws where the state before is sealed and nobody is here to seal the next one */
  move(before: AuditState, after: AuditState): void {
    if (!this.sealer && this.sql.at.get(...columns(before))?.signature)
      throw new Error("The audit log of this folder is sealed: only with the province's key may it be continued.");
    if (this.isSound(before)) this.sql.remove.run(...columns(before));
    this.sql.put.run(...columns(after), null);
    this.own = nameOf(after);
  }

  sign(): void {
    const { sealer } = this;
    if (!sealer) return;
    for (const { signature, ...state } of this.all())
      if (signature === null && nameOf(state) === this.own) this.sql.put.run(...columns(state), sealer.sign(state));
  }

  private isSound(state: AuditState): boolean {
    if (!this.sealer || nameOf(state) === this.own) return true;
    const row = this.sql.at.get(...columns(state));
    return !!row?.signature && this.sealer.holds(state, row.signature);
  }
}

const columns = ({ size, hash, notes, notesHash }: AuditState): [number, string, number, string] => [
  size,
  hash,
  notes,
  notesHash,
];
const nameOf = (state: AuditState): string => columns(state).join();
