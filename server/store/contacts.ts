import type { Database } from "bun:sqlite";
import type { Report } from "#protocol/contact";
import type { PersonId } from "#protocol/ids";
import type { ContactBookTx } from "../domain/contact/ports.ts";

const statements = (db: Database) => ({
  blocks: db.prepare<{ at: number }, [string, string]>("SELECT at FROM blocks WHERE person = ? AND other = ?"),
  blocked: db.prepare<{ person: PersonId; at: number }, [string]>(
    "SELECT other AS person, at FROM blocks WHERE person = ? ORDER BY at DESC, other",
  ),
  block: db.prepare("INSERT INTO blocks (person, other, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"),
  unblock: db.prepare("DELETE FROM blocks WHERE person = ? AND other = ?"),
  addReport: db.prepare("INSERT INTO reports (id, at, by, report) VALUES (?, ?, ?, ?)"),
  reports: db.prepare<{ report: string }, [string, number]>(
    "SELECT report FROM reports WHERE id < ? ORDER BY id DESC LIMIT ?",
  ),
  reportsBy: db.prepare<{ n: number }, [string, number]>("SELECT count(*) AS n FROM reports WHERE by = ? AND at > ?"),
});

/** Behind every id. */
const LAST = "~";

export class ContactTable implements ContactBookTx {
  private readonly sql: ReturnType<typeof statements>;
  constructor(db: Database) {
    this.sql = statements(db);
  }

  blocks(person: PersonId, other: PersonId): boolean {
    return this.sql.blocks.get(person, other) !== null;
  }

  blocked(person: PersonId): { person: PersonId; at: number }[] {
    return this.sql.blocked.all(person);
  }

  block(person: PersonId, other: PersonId, at: number): void {
    this.sql.block.run(person, other, at);
  }

  unblock(person: PersonId, other: PersonId): void {
    this.sql.unblock.run(person, other);
  }

  addReport(report: Report): void {
    this.sql.addReport.run(report.id, report.at, report.by, JSON.stringify(report));
  }

  reports(after: string | undefined, limit: number): Report[] {
    return this.sql.reports.all(after ?? LAST, limit).map(({ report }) => JSON.parse(report) as Report);
  }

  reportsBy(person: PersonId, since: number): number {
    return this.sql.reportsBy.get(person, since)?.n ?? 0;
  }
}
