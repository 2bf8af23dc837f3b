import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { auditText } from "#protocol/audit";
import { AuditProvinces } from "../../testing/audit-provinces.ts";
import { NO_HASH } from "./ports.ts";

let house: AuditProvinces;
afterEach(() => house.close());

const tables = (code: string) => house.provinces.at(code).store.tables.audit;
const said = (code: string) =>
  tables(code)
    .heads("is")
    .map(({ size, from }) => [from, size]);
const witnesses = (code: string) =>
  tables(code)
    .witnesses("is")
    .map(({ witness, size }) => `${witness} ${size}`)
    .sort();

test("heads and witnesses cross: every province has them all, and each head goes on from the one before (R111, R113)", async () => {
  house = await AuditProvinces.open();
  for (const count of [5, 12, 3]) {
    await house.write("is", count);
    await house.publish("is");
  }
  await house.publish("is");
  for (const code of ["is", "pb", "sd"]) {
    expect(said(code)).toEqual([
      [0, 5],
      [5, 17],
      [17, 20],
    ]);
    expect(witnesses(code)).toEqual(["pb 17", "pb 20", "pb 5", "sd 17", "sd 20", "sd 5"]);
  }
  expect(house.alarms).toEqual([]);
});

test("an important entry is published without anybody's asking (R112)", async () => {
  house = await AuditProvinces.open();
  await house.write("is", 1, "order");
  const until = Date.now() + 5000;
  while (witnesses("is").length < 2 && Date.now() < until) {
    await new Promise((done) => setTimeout(done, 5));
    await house.provinces.quiet(2);
  }
  expect(witnesses("is")).toEqual(["pb 1", "sd 1"]);
});

test("a province that was cut off witnesses the newest head once it is back", async () => {
  house = await AuditProvinces.open();
  house.provinces.network.cut("is", "sd");
  for (let i = 0; i < 3; i++) {
    await house.write("is", 4);
    await house.publish("is");
  }
  expect(witnesses("is")).toEqual(["pb 12", "pb 4", "pb 8"]);
  house.provinces.network.heal("is", "sd");
  await house.provinces.quiet(30);
  expect(witnesses("is")).toContain("sd 12");
  expect(house.alarms).toEqual([]);
});

/** As somebody does who holds the province's key and its disk: the chain is made anew and nothing in the file tells. */
function rewrite(folder: string, change: (db: Database) => void) {
  const db = new Database(join(folder, "directory.db"));
  for (const { name } of db
    .query("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'audit%'")
    .all() as { name: string }[])
    db.run(`DROP TRIGGER ${name}`);
  change(db);
  let before = NO_HASH;
  for (const row of db.query("SELECT * FROM audit ORDER BY n").all() as Record<
    "n" | "at" | "kind" | "by" | "facts",
    never
  >[]) {
    const text = auditText({ ...row, by: JSON.parse(row.by), facts: JSON.parse(row.facts) }, before);
    before = new Bun.CryptoHasher("sha256").update(text).digest("hex");
    db.run("UPDATE audit SET hash = ? WHERE n = ?", [before, row.n]);
  }
  db.run("DELETE FROM audit_tree");
  db.close(true);
}

test("a province that rewrites its log is found out by the others, and not witnessed any more (R114)", async () => {
  house = await AuditProvinces.open();
  await house.write("is", 10);
  await house.publish("is");
  await house.stop("is");
  rewrite(house.folder("is"), (db) => db.run('UPDATE audit SET facts = \'{"address":"10.9.9.9"}\' WHERE n = 4'));
  await house.start("is");
  await house.write("is", 3);
  await house.publish("is");
  const why = "its first 10 entries are not what they were";
  expect(house.alarms.filter(({ by }) => by !== "is").sort((a, b) => a.by.localeCompare(b.by))).toEqual([
    { by: "pb", what: "audit.contradiction", province: "is", why },
    { by: "sd", what: "audit.contradiction", province: "is", why },
  ]);
  expect(witnesses("sd")).toEqual(["pb 10", "sd 10"]);
});

test("a province that is put back to an older state is found out by the others", async () => {
  house = await AuditProvinces.open();
  await house.write("is", 10);
  await house.publish("is");
  await house.write("is", 10);
  await house.publish("is");
  await house.stop("is");
  rewrite(house.folder("is"), (db) => {
    db.run("DELETE FROM audit WHERE n > 15");
    db.run("DELETE FROM audit_notes WHERE size > 15");
  });
  await house.start("is");
  await house.write("is", 20);
  await house.publish("is");
  expect(house.alarms.filter(({ by }) => by === "pb")).toEqual([
    { by: "pb", what: "audit.contradiction", province: "is", why: "it goes on from 10, not from 20" },
  ]);
});
