import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { migrate } from "./migrate.ts";
import { officeStatements } from "./offices-statements.ts";

test("people are counted and paged by an index, and nobody is sorted or read on the way (R154)", () => {
  const db = new Database(":memory:");
  migrate(db, "memory", true);
  const { countPeople, countByUnit, peoplePage, peoplePageOfUnit } = officeStatements(db);
  for (const statement of [countPeople, countByUnit, peoplePage, peoplePageOfUnit]) {
    const sql = String(statement);
    const plan = db.query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`).all();
    const steps = plan.map(({ detail }) => detail);
    expect(steps.filter((step) => /SEARCH people USING (COVERING )?INDEX people_/.test(step))).toHaveLength(1);
    expect([sql, steps.filter((step) => /SCAN people/.test(step))]).toEqual([sql, []]);
    // Sorted are the people of the page, and the units: nothing else.
    expect(steps.filter((step) => /TEMP B-TREE/.test(step)).length).toBeLessThan(2);
  }
  db.close();
});
