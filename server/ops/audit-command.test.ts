import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AuditHands } from "../testing/audit-hands.ts";
import { AuditProvinces } from "../testing/audit-provinces.ts";

let house: AuditProvinces;
beforeAll(async () => {
  house = await AuditProvinces.open();
  await house.write("is", 12);
  await house.write("is", 2, "revoked");
  await house.publish("is");
  for (const code of ["is", "pb", "sd"]) await house.stop(code);
});
afterAll(() => house.close());

function beep(...args: string[]): { said: string; code: number } {
  const done = Bun.spawnSync([process.execPath, join(import.meta.dir, "beep.ts"), "audit", ...args], {
    env: { PATH: process.env.PATH, BEEP_DATA: house.folder("is") },
  });
  return { said: `${done.stdout}${done.stderr}`.trim(), code: done.exitCode };
}

test("a sound log is said to be so, with who witnessed it, also beside another province and as a file", () => {
  const good = { said: "14 entries good, heads 1, witnessed by pb up to 14, sd up to 14.", code: 0 };
  expect(beep("verify")).toEqual(good);
  expect(beep("verify", "--against", house.folder("pb"))).toEqual(good);
  const file = join(house.root, "log.jsonl");
  expect(beep("export", file)).toEqual({ said: `14 entries are in ${file}.`, code: 0 });
  expect(beep("verify", "--file", file, "--against", house.folder("sd"))).toEqual(good);
  expect(beep("export", file).code).toBe(1);
  writeFileSync(file, readFileSync(file, "utf8").replace("10.0.0.3", "10.0.0.4"));
  expect(beep("verify", "--file", file)).toMatchObject({ said: expect.stringContaining("entry 4: "), code: 1 });
  expect(JSON.parse(beep("verify", "--json").said)).toEqual({
    good: true,
    entries: 14,
    heads: 1,
    witnessed: { pb: 14, sd: 14 },
  });
});

test("entries are shown oldest first, as they were asked for", () => {
  const lines = beep("show", "--last", "3").said.split("\n");
  expect(lines.map((line) => line.split("  ")[0])).toEqual(["12", "13", "14"]);
  expect(beep("show", "--kind", "revoked", "--text", "10.0.0.1").said.split("\n")).toHaveLength(1);
  expect(beep("show", "--person", "nobody")).toEqual({
    said: "beep: --person takes the 32 digits of a person's id.",
    code: 1,
  });
});

test("a change is named by its entry, and the exit code tells", () => {
  const db = new Database(join(house.folder("is"), "directory.db"));
  new AuditHands(db).db.run("UPDATE audit SET kind = 'sign-in' WHERE n = 13");
  db.close(true);
  const { said, code } = beep("verify");
  expect(said).toStartWith("entry 13: it was altered");
  expect(code).toBe(1);
});
