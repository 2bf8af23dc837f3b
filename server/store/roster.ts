import type { Database } from "bun:sqlite";
import type { Person } from "#protocol/directory";
import type { Province } from "#protocol/ids";
import type { Roster, RosterWhere } from "../domain/administration/ports.ts";

/** People of some units: those who belong there, and those without a unit of their own who hold a post there now. */
const WITHIN = `
  WITH units(id) AS (SELECT value FROM json_each(:units)),
  within(id) AS (
    SELECT id FROM people WHERE unit IN units
    UNION
    SELECT held.id FROM posts JOIN charges ON charges.post = posts.id JOIN people AS held ON held.id = charges.person
    WHERE posts.unit IN units AND NOT cancelled AND begins <= :at AND (ends IS NULL OR ends > :at) AND held.unit IS NULL
  )`;
/** By the index on those who left: to read the state of everybody out of themselves takes a second in a large province. */
const LEFT = "SELECT id FROM people WHERE province = :province AND state <> 'active'";
const STATE = `(:state IS NULL OR
  CASE WHEN :state = 'active' THEN people.id NOT IN (${LEFT}) ELSE people.state = :state END)`;
const INSIDE = "EXISTS (SELECT 1 FROM devices WHERE devices.person = people.id)";

type Json = { json: string };
type Count = { n: number };
type All = { province: string; state: string | null };
type Some = All & { units: string; at: number };
type Page = { after: string; limit: number };

const statements = (db: Database) => ({
  all: db.prepare<Json, [All & Page]>(
    `SELECT person AS json FROM people WHERE province = :province AND id > :after AND ${STATE} ORDER BY id LIMIT :limit`,
  ),
  some: db.prepare<Json, [Some & Page]>(
    `${WITHIN} SELECT people.person AS json FROM within CROSS JOIN people ON people.id = within.id
     WHERE province = :province AND people.id > :after AND ${STATE} ORDER BY people.id LIMIT :limit`,
  ),
  countAll: db.prepare<Count, [{ province: string }]>("SELECT count(*) AS n FROM people WHERE province = :province"),
  countLeft: db.prepare<Count, [All]>(
    `SELECT count(*) AS n FROM people WHERE province = :province AND state <> 'active' AND ${STATE}`,
  ),
  countSome: db.prepare<Count, [Some]>(
    `${WITHIN} SELECT count(*) AS n FROM within CROSS JOIN people ON people.id = within.id WHERE province = :province AND ${STATE}`,
  ),
  insideAll: db.prepare<Count, [{ province: string }]>(
    `SELECT count(*) AS n FROM (SELECT DISTINCT person AS id FROM devices) JOIN people USING (id)
     WHERE province = :province AND people.id NOT IN (${LEFT})`,
  ),
  insideSome: db.prepare<Count, [Some]>(
    `${WITHIN} SELECT count(*) AS n FROM within CROSS JOIN people ON people.id = within.id WHERE province = :province AND ${STATE} AND ${INSIDE}`,
  ),
});

/** Who belongs where, as administrators look people through. Reads people, devices, posts and charges. */
export class RosterTable implements Roster {
  private readonly sql: ReturnType<typeof statements>;
  constructor(db: Database) {
    this.sql = statements(db);
  }

  people(where: RosterWhere, after: string, limit: number): Person[] {
    const page = { after, limit };
    const { units } = where;
    const rows =
      units === "all"
        ? this.sql.all.all({ ...common(where), ...page })
        : this.sql.some.all({ ...within(where, units), ...page });
    return rows.map(({ json }) => JSON.parse(json) as Person);
  }

  count(where: RosterWhere): number {
    const { units, state, province } = where;
    if (units !== "all") return this.sql.countSome.get(within(where, units))?.n ?? 0;
    const left = this.sql.countLeft.get({ province, state: state === "active" ? null : state })?.n ?? 0;
    if (state !== null && state !== "active") return left;
    const all = this.sql.countAll.get({ province })?.n ?? 0;
    return state === null ? all : all - left;
  }

  inside(province: Province, units: RosterWhere["units"], at: number): number {
    if (units === "all") return this.sql.insideAll.get({ province })?.n ?? 0;
    return this.sql.insideSome.get(within({ province, units, state: "active", at }, units))?.n ?? 0;
  }
}

const common = ({ province, state }: RosterWhere): All => ({ province, state });
const within = (where: RosterWhere, units: Iterable<string>): Some => ({
  ...common(where),
  units: JSON.stringify([...units]),
  at: where.at,
});
