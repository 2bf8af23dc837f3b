import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { openSigner } from "../auth/province-key.ts";
import { HybridClock } from "../domain/clock.ts";
import { Directory } from "../domain/directory/directory.ts";
import { migrate } from "../store/migrate.ts";
import { openStore } from "../store/open.ts";
import { person } from "./directory-provinces.ts";

const folder = mkdtempSync(join(tmpdir(), "beep-old-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MIGRATIONS = join(import.meta.dir, "../store/migrations");
const [ASAD, PHONE] = ["a".repeat(32), "b".repeat(32)];
const device = { id: PHONE, person: ASAD, key: "k", label: "phone", revoked: false };

/** A file as version 0.2 made it. */
function lay(name: string, newest: number, fill: (db: Database) => void = () => {}): void {
  const db = new Database(join(folder, name), { create: true });
  db.run("PRAGMA journal_mode = WAL");
  for (const step of readdirSync(MIGRATIONS).sort())
    if (Number(step.slice(0, 3)) <= newest) db.run(readFileSync(join(MIGRATIONS, step), "utf8"));
  db.run("PRAGMA user_version = 2");
  fill(db);
  db.close(true);
}

test("turns of devices from before are the home's own, and none is so far ahead that its home could not go on (R205)", () => {
  const name = "turns.db";
  const turns = [undefined, 1, 2, 7, 499_999_999, 999_999_999];
  lay(name, 16, (db) => {
    db.query("INSERT INTO people (id, province, person) VALUES (?, 'pb', '{}')").run(ASAD);
    for (const [i, turn] of turns.entries())
      db.query("INSERT INTO devices VALUES (?, ?, ?)").run(
        `d${i}`,
        ASAD,
        JSON.stringify({ ...device, id: `d${i}`, turn }),
      );
    db.query("INSERT INTO devices VALUES ('old', ?, ?)").run(ASAD, JSON.stringify({ ...device, revoked: true }));
    db.query("INSERT INTO shut_out VALUES ('early', ?, 'k', 3)").run(ASAD);
    db.run("PRAGMA user_version = 16");
  });
  const db = new Database(join(folder, name));
  migrate(db, name, true);
  const found = db.query("SELECT device, province, turn FROM device_turns ORDER BY device").values();
  const expected = [0, 1, 2, 7, 499_999_999, 1].map((turn, i) => [`d${i}`, "pb", turn]);
  expect(found).toEqual([...expected, ["early", "", 3], ["old", "pb", 1]]);
  db.close(true);
});

test("a folder of version 0.2 keeps its people and devices, gets a key, and signs from then on", async () => {
  const asad = person(ASAD, "is", { number: "77", contact: { email: "Asad@beep.example" } });
  lay("shard-00.db", 1);
  lay("directory.db", 2, (db) => {
    db.run("INSERT INTO meta VALUES ('province', 'is'), ('files', '1')");
    db.query("INSERT INTO people (id, province, person) VALUES (?, ?, ?)").run(ASAD, "is", JSON.stringify(asad));
    db.run("INSERT INTO people_words (rowid, name, post, unit) VALUES (1, 'name', '', '')");
    db.query("INSERT INTO devices VALUES (?, ?, ?)").run(PHONE, ASAD, JSON.stringify(device));
  });
  const open = async () => {
    const store = openStore({ folder, province: "is" });
    const signer = openSigner(store.secrets);
    const directory = new Directory(store, new HybridClock(Date.now), Date.now, () => ["is", "pb"], signer);
    return { store, directory, signer };
  };
  const first = await open();
  const { store, directory } = first;
  const unsigned = encodeRecord({
    ...{ id: "c".repeat(32), room: DIRECTORY_ROOM, sender: ASAD, device: PHONE, kind: KIND.directory },
    ...{ scheme: SCHEME.directory, body: new TextEncoder().encode(JSON.stringify({ device })) },
  });
  await store.write(DIRECTORY_ROOM, (tx) => tx.append(unsigned, stampOf(Date.now()) - 1, ["pb"]));
  await directory.publishKey();
  expect([store.person(ASAD), store.device(PHONE)]).toEqual([asad, device]);
  expect(directory.find("name")).toEqual([asad]);
  expect(store.tables.offices.personByNumber("is", "77")).toEqual(asad);
  expect(store.tables.offices.personByContact("is", "asad@beep.example")).toEqual(asad);
  expect(store.tables.offices.provinceKey("is")).toBe(first.signer.key);
  await directory.put({ ...asad, grade: 18 });
  expect(store.waiting()).toEqual({ pb: 3 });
  await store.close();
  const again = await open();
  await again.directory.publishKey();
  expect(again.signer.key).toBe(first.signer.key);
  expect(again.store.person(ASAD)?.grade).toBe(18);
  expect(again.store.waiting()).toEqual({ pb: 3 });
  await again.store.close();
});
