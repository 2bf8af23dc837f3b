import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at, draft, makeRoom, ROOM } from "../testing/store-contract/material.ts";
import { backupFolder, restoreFolder } from "./backup.ts";
import { openStore } from "./open.ts";

const base = mkdtempSync(join(tmpdir(), "beep-counter-"));
afterAll(() => rmSync(base, { recursive: true }));
let made = 0;
const NAMES = ["shard-00.db", "shard-01.db", "directory.db"];

class House {
  readonly folder = join(base, String(++made));
  counter = `${this.folder}-state`;
  readonly alarms: string[] = [];
  private time = Date.now();

  open() {
    const onAlarm = (what: string) => this.alarms.push(what);
    return openStore({
      folder: this.folder,
      province: "is",
      files: 2,
      counter: this.counter,
      now: () => this.time,
      onAlarm,
    });
  }

  /** Opens, writes and closes; answers the origin. */
  async life(): Promise<string> {
    const store = this.open();
    if (!store.room(ROOM)) await makeRoom(store, ["is", "pb"]);
    const ack = await store.write(ROOM, (tx) => tx.append(draft(), at(++this.time), ["pb"]));
    await store.close();
    return ack.origin;
  }

  wait(ms: number): void {
    this.time += ms;
  }

  /** One file as it is now, put back by writing into it: its inode and birth stay. */
  keep(name: string): () => void {
    const path = join(this.folder, name);
    const bytes = readFileSync(path);
    return () => {
      for (const tail of ["-wal", "-shm"]) rmSync(path + tail, { force: true });
      writeFileSync(path, bytes, { flag: "r+" });
      new Database(path).close(true);
    };
  }

  get counts(): string {
    return join(this.counter, "counts.json");
  }
}

test.each(NAMES)("%s put back in place begins one new life, and only one (R169)", async (name) => {
  const house = new House();
  const first = await house.life();
  const putBack = house.keep(name);
  expect(await house.life()).toBe(first);
  putBack();
  const second = await house.life();
  expect(second).not.toBe(first);
  expect(house.alarms).toEqual([expect.stringContaining("was put back to an older state")]);
  expect(await house.life()).toBe(second);
});

test("a copy that was taken from a running node is known after its end, or a minute of writing, even after a crash", async () => {
  const house = new House();
  const store = house.open();
  const { origin } = store;
  await makeRoom(store, ["is", "pb"]);
  cpSync(house.counts, `${house.counts}.then`);
  house.wait(61_000);
  await store.write(ROOM, (tx) => tx.append(draft(), at(1), ["pb"]));
  const [then, now] = [`${house.counts}.then`, house.counts].map((path) => JSON.parse(readFileSync(path, "utf8")));
  const name = `shard-0${store.fileOf(ROOM)}.db`;
  expect(now).toEqual({ ...then, [name]: then[name] + 1 });
  await store.close();
  expect(Object.values<number>(JSON.parse(readFileSync(house.counts, "utf8"))).every((n) => n > 1)).toBe(true);
  expect(await house.life()).toBe(origin);
});

test.each(Array.from({ length: NAMES.length + 1 }, (_, i) => i))(
  "a crash after %i of the counts inside, before the one outside, is no new life (R169)",
  async (written) => {
    const house = new House();
    const origin = await house.life();
    for (const name of NAMES.slice(0, written)) {
      const db = new Database(join(house.folder, name));
      db.run("UPDATE meta SET value = value + 1 WHERE name = 'count'");
      db.close(true);
    }
    writeFileSync(`${house.counts}.part`, "half a ");
    expect(await house.life()).toBe(origin);
    expect(await house.life()).toBe(origin);
    expect(house.alarms).toEqual([]);
  },
);

test("a count that is missing, unreadable or cannot be written is said, and the node goes on (R169)", async () => {
  const house = new House();
  const origin = await house.life();
  rmSync(house.counts);
  expect(await house.life()).toBe(origin);
  expect(house.alarms).toEqual([expect.stringContaining("cannot be read")]);
  writeFileSync(house.counts, "[1, 2");
  expect(await house.life()).toBe(origin);
  expect(house.alarms).toHaveLength(2);
  house.counter = join(house.folder, "directory.db", "below a file");
  expect(await house.life()).toBe(origin);
  expect(house.alarms.at(-1)).toContain("cannot be written");
  const last = new House();
  mkdirSync(last.counter, { mode: 0o500 });
  chmodSync(last.counter, 0o500);
  expect(await last.life()).toMatch(/^is-/);
});

test("a restored backup begins one life, as without a count (R169)", async () => {
  const house = new House();
  const first = await house.life();
  backupFolder(house.folder, `${house.folder}-backup`);
  await house.life();
  rmSync(house.folder, { recursive: true });
  restoreFolder(`${house.folder}-backup`, house.folder);
  const second = await house.life();
  expect(second).not.toBe(first);
  expect(await house.life()).toBe(second);
  expect(existsSync(house.counts)).toBe(true);
});

test("a copied folder begins one life, with the same count or one of its own (R169)", async () => {
  const house = new House();
  const first = await house.life();
  for (const counter of [house.counter, undefined]) {
    const copy = new House();
    cpSync(house.folder, copy.folder, { recursive: true });
    if (counter) copy.counter = counter;
    const origin = await copy.life();
    expect(origin).not.toBe(first);
    expect(await copy.life()).toBe(origin);
  }
});
