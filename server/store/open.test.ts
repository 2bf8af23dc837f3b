import { Database } from "bun:sqlite";
import { afterAll, afterEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at, draft, makeRoom, ROOM } from "../testing/store-contract/material.ts";
import { openStore } from "./open.ts";
import { NEWEST } from "./migrate.ts";
import { openDatabase } from "./settings.ts";

// Every commit waits for the disk, and a busy one takes its time.

const base = mkdtempSync(join(tmpdir(), "beep-open-"));
let made = 0;
const folder = () => join(base, String(++made));
afterAll(() => rmSync(base, { recursive: true }));
afterEach(() => {
  for (const name of readdirSync(base)) rmSync(join(base, name), { recursive: true });
});

test("every file of a new folder has the settings that the promises rest on", async () => {
  const path = folder();
  await openStore({ folder: path, province: "is", files: 2 }).close();
  const names = readdirSync(path).toSorted();
  expect(names).toEqual(["directory.db", "lock.db", "lock.pid", "reserve", "shard-00.db", "shard-01.db"]);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  for (const name of ["directory.db", "shard-00.db", "shard-01.db"]) {
    const db = openDatabase(join(path, name));
    const value = (pragma: string) => Object.values(db.query(`PRAGMA ${pragma}`).get() as object)[0];
    expect(["journal_mode", "synchronous", "foreign_keys", "user_version"].map(value)).toEqual(["wal", 2, 1, NEWEST]);
    db.close(true);
  }
});

test("a folder is one process's at a time, and says whose", async () => {
  const path = folder();
  const store = openStore({ folder: path, province: "is" });
  expect(() => openStore({ folder: path, province: "is" })).toThrow(
    `in use by another Beep process (pid ${process.pid})`,
  );
  await store.close();
  await openStore({ folder: path, province: "is" }).close();
});

test("a lock dies with its process", async () => {
  const path = folder();
  const script = `const { openStore } = await import(${JSON.stringify(join(import.meta.dir, "open.ts"))});
    openStore({ folder: ${JSON.stringify(path)}, province: "is" }); console.log("open"); setInterval(() => {}, 1000);`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" });
  await child.stdout.getReader().read();
  expect(() => openStore({ folder: path, province: "is" })).toThrow(`pid ${child.pid}`);
  child.kill("SIGKILL");
  await child.exited;
  await openStore({ folder: path, province: "is" }).close();
});

test("another province's folder, another count of files and a lost file are refused, and the lock is let go", async () => {
  const path = folder();
  await openStore({ folder: path, province: "is", files: 2 }).close();
  expect(() => openStore({ folder: path, province: "pb" })).toThrow("data of province is, not of pb");
  expect(() => openStore({ folder: path, province: "is", files: 3 })).toThrow("made with 2 shard files");
  expect(() => openStore({ folder: folder(), province: "is", files: 17 })).toThrow("1 to 16");
  rmSync(join(path, "shard-01.db"));
  expect(() => openStore({ folder: path, province: "is" })).toThrow("shard-01.db is missing");
});

test("a folder that a newer program wrote is refused and left as it is", async () => {
  const path = folder();
  await openStore({ folder: path, province: "is" }).close();
  const file = join(path, "shard-00.db");
  const db = new Database(file);
  db.run(`PRAGMA user_version = ${NEWEST + 1}`);
  db.close(true);
  expect(() => openStore({ folder: path, province: "is" })).toThrow("newer version of Beep");
});

test("what was written is there after a restart, and counting goes on", async () => {
  const path = folder();
  const first = openStore({ folder: path, province: "is" });
  await makeRoom(first, ["is", "pb"]);
  await first.write(ROOM, (tx) => tx.append(draft(), at(1), ["pb"]));
  const before = {
    heads: first.heads(ROOM),
    room: first.room(ROOM),
    marks: first.marks(ROOM),
    waiting: first.waiting(),
  };
  const [row] = first.outbox(0, 0, 9);
  await first.close();
  const second = openStore({ folder: path, province: "is" });
  expect({
    heads: second.heads(ROOM),
    room: second.room(ROOM),
    marks: second.marks(ROOM),
    waiting: second.waiting(),
  }).toEqual(before);
  expect(second.newestStamp()).toBe(at(1));
  const ack = await second.write(ROOM, (tx) => tx.append(draft(), at(2), ["pb"]));
  expect([ack.origin, ack.n]).toEqual([first.origin, 2]);
  expect(second.outbox(0, row?.pos as number, 9).map(({ pos }) => pos)).toEqual([(row?.pos as number) + 1]);
  await second.close();
});

test("positions that a backfill took are never given again, though its rows are gone", async () => {
  const path = folder();
  const first = openStore({ folder: path, province: "is" });
  const { origin } = first;
  for (let i = 1; i <= 3; i++) await first.write(ROOM, (tx) => tx.append(draft(), at(i), []));
  await first.write(ROOM, (tx) => tx.grant(ROOM, "pb", 0));
  const last = first.outbox(0, 0, 9).at(-1)?.pos as number;
  await first.write(ROOM, (tx) => tx.mark([{ room: ROOM, holder: "pb", kind: "s", origin, n: 3 }], false));
  await first.close();
  const second = openStore({ folder: path, province: "is" });
  await second.write(ROOM, (tx) => tx.append(draft(), at(4), ["pb"]));
  expect(second.outbox(0, last, 9)).toHaveLength(1);
  await second.close();
});

test("a node that is far behind says so instead of piling up work", async () => {
  const store = openStore({ folder: folder(), province: "is" });
  const jobs = Array.from({ length: 20_100 }, () => store.write(ROOM, () => 1));
  const outcomes = await Promise.allSettled(jobs);
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refused).toHaveLength(100);
  expect(refused[0]).toMatchObject({ reason: { code: "wait" } });
  await store.close();
});

test("a listener that fails takes no ack with it and is told of", async () => {
  const alarms: string[] = [];
  const store = openStore({ folder: folder(), province: "is", onAlarm: (message) => alarms.push(message) });
  store.onCommit(() => {
    throw new Error("a listener's own fault");
  });
  expect(await store.write(ROOM, () => 5)).toBe(5);
  expect(alarms).toEqual(["A listener failed after a commit."]);
  await store.close();
});
