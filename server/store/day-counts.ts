import type { Database } from "bun:sqlite";
import type { PersonId } from "#protocol/ids";

const SAW = "saw ";

const statements = (db: Database) => ({
  add: db.prepare(
    `INSERT INTO day_counts (day, person, what, n) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET n = n + excluded.n`,
  ),
  prune: db.prepare("DELETE FROM day_counts WHERE day < ?"),
  of: db.prepare<{ n: number }, [number, string, string]>(
    "SELECT n FROM day_counts WHERE day = ? AND person = ? AND what = ?",
  ),
  seen: db.prepare<{ what: string }, [number, string]>(
    "SELECT what FROM day_counts WHERE day = ? AND person = ? AND what BETWEEN 'saw ' AND 'saw g'",
  ),
});

/** What people did today of that of which each may do so much a day. Of former days nothing is kept. */
export class DayCountTable {
  private readonly sql: ReturnType<typeof statements>;
  constructor(db: Database) {
    this.sql = statements(db);
  }

  add(day: number, person: PersonId, what: string, n: number): void {
    this.sql.prune.run(day);
    this.sql.add.run(day, person, what, n);
  }

  saw(day: number, person: PersonId, whom: PersonId): void {
    this.add(day, person, SAW + whom, 1);
  }

  of(day: number, person: PersonId, what: string): number {
    return this.sql.of.get(day, person, what)?.n ?? 0;
  }

  seen(day: number, person: PersonId): PersonId[] {
    return this.sql.seen.all(day, person).map(({ what }) => what.slice(SAW.length));
  }
}
