import { Database } from "bun:sqlite";
import { afterAll, afterEach, expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at, draft, makeRoom, ROOM } from "../testing/store-contract/material.ts";
import { backupFile, backupFolder, restoreFolder } from "./backup.ts";
import { openStore } from "./open.ts";
import { verifyFile } from "./verify.ts";

// Every commit waits for the disk, and a busy one takes its time.

const base = mkdtempSync(join(tmpdir(), "beep-backup-"));
let made = 0;
const folder = () => join(base, String(++made));
afterAll(() => rmSync(base, { recursive: true }));
afterEach(() => {
  for (const name of readdirSync(base)) rmSync(join(base, name), { recursive: true });
});

async function filled(path: string, events: number) {
  const store = openStore({ folder: path, province: "is", files: 2 });
  await makeRoom(store, ["is", "pb"]);
  const say = (i: number) => store.write(ROOM, (tx) => tx.append(draft(), at(i), ["pb"]));
  await Promise.all(Array.from({ length: events }, (_, i) => say(i + 1)));
  return store;
}

test("a backup taken while writing goes on is whole, and a restored one goes on under a new origin", async () => {
  const [from, into, back] = [folder(), folder(), folder()];
  const store = await filled(from, 200);
  let stop = false;
  const writing = (async () => {
    for (let i = 1000; !stop; i++) await store.write(ROOM, (tx) => tx.append(draft(), at(i), ["pb"]));
  })();
  let paths: string[] = [];
  try {
    await Bun.sleep(5);
    paths = backupFolder(from, into);
  } finally {
    stop = true;
    await writing;
  }
  const { origin } = store;
  await store.close();
  expect(paths).toHaveLength(3);
  expect(readdirSync(into).filter((name) => name.endsWith(".part"))).toEqual([]);
  restoreFolder(into, back);
  const restored = openStore({ folder: back, province: "is" });
  const head = restored.heads(ROOM).get(origin);
  expect(head?.n).toBeGreaterThanOrEqual(200);
  expect(restored.origin).not.toBe(origin);
  expect(restored.room(ROOM)?.members.size).toBe(2);
  const file = restored.fileOf(ROOM);
  const last = restored.outbox(file, 0, 1e6).at(-1)?.pos as number;
  const { upto } = restored.marksSince(file, "pb", 0, 1e6);
  const ack = await restored.write(ROOM, (tx) => tx.append(draft(), at(1e6), ["pb"]));
  expect([ack.origin, ack.n]).toEqual([restored.origin, 1]);
  // No position or version of the life before is given again, known of or not.
  expect(restored.outbox(file, last, 9)[0]?.pos).toBeGreaterThan(last + 1e9);
  expect(restored.marksSince(file, "pb", upto, 9).marks[0]?.version).toBeGreaterThan(upto + 1e9);
  await restored.close();
});

test("a folder keeps its origin over restarts; a copy of it gets its own", async () => {
  const [path, copy] = [folder(), folder()];
  const store = await filled(path, 3);
  const { origin } = store;
  await store.close();
  cpSync(path, copy, { recursive: true });
  const [again, other] = [openStore({ folder: path, province: "is" }), openStore({ folder: copy, province: "is" })];
  expect(again.origin).toBe(origin);
  expect(other.origin).not.toBe(origin);
  await again.close();
  await other.close();
});

test("a folder in which one file was put back from a backup begins a new life", async () => {
  const [path, into] = [folder(), folder()];
  const store = await filled(path, 3);
  const name = `shard-0${store.fileOf(ROOM)}.db`;
  backupFile(join(path, name), into);
  const { origin } = store;
  await store.close();
  cpSync(join(into, name), join(path, name));
  const again = openStore({ folder: path, province: "is" });
  expect(again.origin).not.toBe(origin);
  await again.close();
});

test("restoring is refused with a reason, and leaves nothing behind", async () => {
  const [path, into, back] = [folder(), folder(), folder()];
  await (await filled(path, 5)).close();
  expect(() => restoreFolder(folder(), back)).toThrow("no directory.db");
  backupFolder(path, into);
  expect(() => restoreFolder(into, path)).toThrow("already holds data");
  expect(() => backupFolder(path, into)).toThrow("already holds a backup");
  rmSync(join(into, "shard-01.db"));
  expect(() => restoreFolder(into, back)).toThrow("incomplete");
  writeFileSync(join(into, "shard-01.db"), "not a database, but about as long as one");
  expect(() => restoreFolder(into, back)).toThrow("damaged");
  expect(existsSync(back)).toBe(false);
});

test("verification names the first event that was altered, lost or is one too many", async () => {
  const path = folder();
  const store = await filled(path, 9);
  const file = join(path, `shard-0${store.fileOf(ROOM)}.db`);
  expect(verifyFile(file)).toBeUndefined();
  const { origin } = store;
  await store.close();
  const spoil = (sql: string) => {
    const db = new Database(file);
    db.run(sql);
    db.close(true);
    return verifyFile(file);
  };
  expect(spoil("UPDATE logs SET n = 8")).toMatchObject({ room: ROOM, origin, n: 9 });
  expect(spoil("UPDATE logs SET n = 9")).toBeUndefined();
  expect(spoil("UPDATE events SET record = CAST(substr(record, 1, 96) || 'SALAM' AS BLOB) WHERE n = 4")).toMatchObject({
    room: ROOM,
    message: expect.stringContaining("hash"),
  });
  expect(spoil("UPDATE events SET record = substr(record, 1, 50) WHERE n = 4")).toMatchObject({ n: 4, room: ROOM });
  expect(spoil("DELETE FROM events WHERE n = 3")).toMatchObject({ n: 3, room: ROOM });
});
