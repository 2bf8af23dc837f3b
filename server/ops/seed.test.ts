import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stampMs } from "#protocol/stamp";
import { Reading } from "../domain/reading.ts";
import { openStore } from "../store/open.ts";
import { check, type Evidence } from "../testing/fleet-check.ts";
import { readReplica, readWaiting } from "../testing/fleet-read.ts";
import { seed } from "./seed.ts";
import { personId } from "./seed-people.ts";

const dir = mkdtempSync(join(tmpdir(), "beep-seed-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const NOW = Date.UTC(2026, 6, 15, 7, 30);
const sites = (name: string, codes: readonly string[]) =>
  codes.map((province) => ({ province, data: join(dir, name, province) }));

test("a seeded ministry is as a running fleet would have left it", async () => {
  const three = sites("three", ["is", "pb", "sd"]);
  await seed(three, NOW);
  const stores = three.map(({ province, data }) => openStore({ folder: data, province }));
  const rooms: Evidence["rooms"] = new Map(
    stores
      .flatMap((store) => [...store.roomsWith(store.province)].map((id) => store.room(id)))
      .flatMap((room) => (room ? [[room.id, new Map(room.provinces.map((code) => [code, 0]))] as const] : [])),
  );
  expect([...rooms.values()].filter((provinces) => provinces.size > 1).length).toBe(4);
  expect(rooms.size).toBe(9);
  for (const store of stores)
    expect(store.peopleOf("is").length + store.peopleOf("pb").length + store.peopleOf("sd").length).toBe(18);
  const homes = [...rooms.keys()].map((id) => stores.map((store) => store.room(id)).find((room) => room)?.home);
  expect(new Set(homes)).toEqual(new Set(["is", "pb", "sd"]));

  const [islamabad] = stores as [(typeof stores)[number]];
  const list = new Reading(islamabad).rooms(personId("ayesha"));
  expect(list.length).toBe(6);
  expect(list.reduce((sum, room) => sum + room.unread, 0)).toBeGreaterThan(0);
  for (const room of list) {
    expect(stampMs(room.latest)).toBeLessThan(NOW);
    expect(stampMs(room.latest)).toBeGreaterThan(NOW - 3 * 86_400_000);
  }
  // Whoever is in a room of it has taken it.
  for (const store of stores)
    expect(store.peopleOf(store.province).flatMap(({ id }) => store.contactsOf(id))).toEqual([]);
  for (const store of stores) await store.close();

  const replicas = new Map(three.map(({ province, data }) => [province, readReplica(data, () => true)]));
  expect(check({ rooms, replicas, promised: [], shown: [], found: [] }).findings).toEqual([]);
  for (const { data } of three) expect(readWaiting(data)).toBe(0);
});

test("one province alone takes everybody in", async () => {
  const one = sites("one", ["is"]);
  await seed(one, NOW);
  const store = openStore({ folder: join(dir, "one", "is"), province: "is" });
  expect(store.peopleOf("is").length).toBe(18);
  expect(store.roomsWith("is").length).toBe(9);
  await store.close();
});
