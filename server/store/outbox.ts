import type { Database } from "bun:sqlite";
import type { Province } from "#protocol/ids";
import type { OutboxRow } from "../domain/ports.ts";
import type { LogState } from "./room-state.ts";

/** More rows than one position can have: one per province. */
const MOST_DESTS = 32;

const statements = (db: Database) => ({
  insert: db.prepare("INSERT INTO outbox (pos, dest) VALUES (?, ?)"),
  rows: db.prepare<OutboxRow, [number, number, number]>(
    `SELECT outbox.pos, dest, record FROM outbox JOIN events ON events.pos = outbox.pos WHERE outbox.pos > ?
     UNION ALL
     SELECT backfill.pos, dest, record FROM backfill JOIN events ON events.pos = event WHERE backfill.pos > ?
     ORDER BY 1 LIMIT ?`,
  ),
  trimSent: db.prepare(
    `DELETE FROM outbox WHERE dest = ?1 AND pos IN (SELECT pos FROM events WHERE log = ?2 AND n > ?3 AND n <= ?4)`,
  ),
  trimFilled: db.prepare(
    `DELETE FROM backfill WHERE dest = ?1 AND event IN (SELECT pos FROM events WHERE log = ?2 AND n > ?3 AND n <= ?4)`,
  ),
  anyFilled: db.prepare("SELECT 1 FROM backfill LIMIT 1"),
  fill: db.prepare(
    `INSERT INTO backfill (pos, dest, event)
     SELECT ?1 + row_number() OVER (ORDER BY n), ?2, pos FROM events WHERE log = ?3 AND n > ?4
       AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.pos = events.pos AND dest = ?2)
       AND NOT EXISTS (SELECT 1 FROM backfill AS b WHERE b.event = events.pos AND b.dest = ?2)`,
  ),
  putGrant: db.prepare(
    `INSERT INTO grants (log, dest, base, hash, pos) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET base = excluded.base, hash = excluded.hash, pos = excluded.pos`,
  ),
  grant: db.prepare<{ base: number }, [number, string]>("SELECT base FROM grants WHERE log = ? AND dest = ?"),
  hash: db.prepare<{ hash: string }, [number, number]>("SELECT hash FROM grants WHERE log = ? AND base = ? LIMIT 1"),
});

/** What other provinces are not yet known to have. Trimmed by their stored marks, never by what was merely sent. */
export class OutboxTable {
  /** rows per destination, as the file has them after the last commit */
  private readonly counts = new Map<Province, number>();
  private readonly changed = new Map<Province, number>();

  private readonly sql: ReturnType<typeof statements>;
  constructor(private readonly db: Database) {
    this.sql = statements(db);
    this.recount();
  }

  /** Counts anew what waits, where rows were changed past this table. */
  recount(): void {
    this.counts.clear();
    const rows = this.db
      .query(
        "SELECT dest, count(*) AS n FROM (SELECT dest FROM outbox UNION ALL SELECT dest FROM backfill) GROUP BY dest",
      )
      .all() as { dest: Province; n: number }[];
    for (const { dest, n } of rows) this.counts.set(dest, n);
  }

  add(pos: number, dest: Province): void {
    this.sql.insert.run(pos, dest);
    this.count(dest, 1);
  }

  /** Removes the rows of a destination for from < n ≤ upto of one log. */
  trim(log: LogState, dest: Province, from: number, upto: number): void {
    let gone = this.sql.trimSent.run(dest, log.key, from, upto).changes;
    if (this.sql.anyFilled.get()) gone += this.sql.trimFilled.run(dest, log.key, from, upto).changes;
    this.count(dest, -gone);
  }

  /** Adds rows for all events behind `after` that wait for the destination nowhere yet; returns how many. */
  backfill(pos: number, log: LogState, dest: Province, after: number): number {
    const added = this.sql.fill.run(pos, dest, log.key, after).changes;
    this.count(dest, added);
    return added;
  }

  setGrant(log: LogState, dest: Province, base: number, hash: string, pos: number): void {
    this.sql.putGrant.run(log.key, dest, base, hash, pos);
  }

  grantedBase(log: LogState, dest: Province): number {
    return this.sql.grant.get(log.key, dest)?.base ?? 0;
  }

  /** The rolling hash at n where some province begins there. */
  grantedHash(log: LogState, n: number): string | undefined {
    return this.sql.hash.get(log.key, n)?.hash;
  }

  /** Rows behind `after`; a position's rows are never parted, so there may be a few more than `limit`. */
  after(after: number, limit: number): OutboxRow[] {
    const rows = this.sql.rows.all(after, after, limit + MOST_DESTS);
    let end = Math.min(limit, rows.length);
    while (end > 0 && end < rows.length && rows[end]?.pos === rows[end - 1]?.pos) end++;
    return rows.slice(0, end);
  }

  waiting(): ReadonlyMap<Province, number> {
    return this.counts;
  }

  settle(committed: boolean): void {
    if (this.changed.size === 0) return;
    if (committed) for (const [dest, by] of this.changed) this.counts.set(dest, (this.counts.get(dest) ?? 0) + by);
    this.changed.clear();
  }

  private count(dest: Province, by: number): void {
    this.changed.set(dest, (this.changed.get(dest) ?? 0) + by);
  }
}
