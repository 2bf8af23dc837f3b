import type { Database } from "bun:sqlite";
import type { AuditFind } from "#protocol/admin";
import type { AuditEntry } from "#protocol/audit";
import { type AuditRow, entryOf } from "./audit-row.ts";

/** Entries that one call looks at: some tens of milliseconds. */
const WINDOW = 20_000;
const PAGE = 500;
const ENTRY = "n, at, kind, by, facts, hash";

type Scan = (before: number, limit: number) => AuditRow[];

const statements = (db: Database) => ({
  all: db.prepare<AuditRow, [number, number]>(`SELECT ${ENTRY} FROM audit WHERE n < ? ORDER BY n DESC LIMIT ?`),
  ofKind: db.prepare<AuditRow, [string, number, number]>(
    `SELECT ${ENTRY} FROM audit WHERE kind = ? AND n < ? ORDER BY n DESC LIMIT ?`,
  ),
  byPerson: db.prepare<AuditRow, [string, number, number]>(
    `SELECT ${ENTRY} FROM audit WHERE json_extract(by, '$.person') = ? AND n < ? ORDER BY n DESC LIMIT ?`,
  ),
  aboutPerson: db.prepare<AuditRow, [string, number, number]>(
    `SELECT ${ENTRY} FROM audit WHERE json_extract(facts, '$.person') = ? AND n < ? ORDER BY n DESC LIMIT ?`,
  ),
  span: db.prepare<{ first: number | null; last: number | null }, [number, number]>(
    "SELECT min(n) AS first, max(n) AS last FROM audit WHERE at >= ? AND at <= ?",
  ),
});

/** Finds entries, newest first. The narrowest index leads; everything else is looked at in what it brings. */
export class AuditSearch {
  private readonly sql: ReturnType<typeof statements>;
  constructor(db: Database) {
    this.sql = statements(db);
  }

  find(find: AuditFind): { entries: AuditEntry[]; next?: number } {
    const { first, last } = this.span(find);
    const scan = this.scan(find);
    const entries: AuditEntry[] = [];
    let before = Math.min(find.before ?? Number.MAX_SAFE_INTEGER, last + 1);
    for (let seen = 0; seen < WINDOW; seen += PAGE) {
      const rows = scan(before, PAGE);
      for (const row of rows) {
        if (row.n < first) return { entries };
        before = row.n;
        if (matches(row, find) && entries.push(entryOf(row)) >= find.limit) return more(entries, before, first);
      }
      if (rows.length < PAGE) return { entries };
    }
    return more(entries, before, first);
  }

  /** A clock may have been set back, so a time names no single place in the log: the outermost entries within it do. */
  private span({ from, to }: AuditFind): { first: number; last: number } {
    if (from === undefined && to === undefined) return { first: 1, last: Number.MAX_SAFE_INTEGER - 1 };
    const found = this.sql.span.get(from ?? 0, to ?? Number.MAX_SAFE_INTEGER);
    return { first: found?.first ?? 1, last: found?.last ?? 0 };
  }

  private scan({ kind, person }: AuditFind): Scan {
    const { sql } = this;
    if (person !== undefined) return (before, limit) => merge(person, before, limit, sql);
    if (kind !== undefined) return (before, limit) => sql.ofKind.all(kind, before, limit);
    return (before, limit) => sql.all.all(before, limit);
  }
}

const more = (entries: AuditEntry[], next: number, first: number) => (next > first ? { entries, next } : { entries });

function merge(person: string, before: number, limit: number, sql: ReturnType<typeof statements>): AuditRow[] {
  const rows = [...sql.byPerson.all(person, before, limit), ...sql.aboutPerson.all(person, before, limit)];
  const once = new Map(rows.map((row) => [row.n, row]));
  return [...once.values()].sort((a, b) => b.n - a.n).slice(0, limit);
}

function matches({ at, kind, by, facts }: AuditRow, find: AuditFind): boolean {
  if (find.kind !== undefined && kind !== find.kind) return false;
  if (at < (find.from ?? 0) || at > (find.to ?? Number.MAX_SAFE_INTEGER)) return false;
  const text = find.text?.trim().toLowerCase();
  return !text || `${kind} ${by} ${facts}`.toLowerCase().includes(text);
}
