import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { openSigner } from "../auth/province-key.ts";
import { verifyNow } from "../auth/verify.ts";
import { applyRecord } from "../domain/apply.ts";
import { HybridClock } from "../domain/clock.ts";
import { shutOut } from "../domain/directory/device-turn.ts";
import { Directory } from "../domain/directory/directory.ts";
import { openStore } from "../store/open.ts";
import { deviceOf, person, words } from "./directory-provinces.ts";
import { Member } from "./cluster.ts";
import { MemoryNetwork } from "./memory-links.ts";
import { MemoryStore } from "./memory-store.ts";

const base = mkdtempSync(join(tmpdir(), "beep-life-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const [ASAD, BANO] = ["a".repeat(32), "b".repeat(32)];
const unit = { id: "relief", province: "is", parent: null, kind: "ministry" as const, name: words("Relief") };

function live(folder: string, provinces = ["is", "pb"]) {
  const store = openStore({ folder: join(base, folder), province: "is" });
  const directory = new Directory(
    store,
    new HybridClock(Date.now),
    Date.now,
    () => provinces,
    openSigner(store.secrets),
  );
  const records = (origin = store.origin) => store.range(DIRECTORY_ROOM, origin, 0, 99, 1e6);
  return { store, directory, records };
}

test("what a moved folder says waits at a new province until what it said before is there", async () => {
  const first = live("first");
  await first.store.write(DIRECTORY_ROOM, (tx) => first.directory.issue(tx, "operator", [{ unit }]));
  await first.directory.put(person(ASAD, "is", { unitId: "relief" }));
  await first.store.close();
  cpSync(join(base, "first"), join(base, "second"), { recursive: true });
  const second = live("second");
  expect(second.store.origin).not.toBe(first.store.origin);
  await second.directory.publishKey();
  await second.directory.publishKey();
  await second.directory.put(person(BANO, "is", { unitId: "relief" }));

  const pb = new MemoryStore({ province: "pb" });
  const clock = new HybridClock(Date.now);
  const bring = (records: readonly Uint8Array[]) =>
    pb.write(DIRECTORY_ROOM, (tx) => records.map((record) => applyRecord(tx, record, "is", pb, clock, verifyNow)));
  const [before, after] = [second.records(first.store.origin), second.records()];
  expect([before.length, after.length]).toEqual([3, 2]);
  expect(await bring(after)).toEqual(["gap", "gap"]);
  expect(await bring(before.slice(0, 2))).toEqual(["applied", "applied"]);
  expect(await bring(after)).toEqual(["gap", "gap"]);
  expect(await bring(before)).toEqual(["duplicate", "duplicate", "applied"]);
  expect(await bring(after)).toEqual(["applied", "applied"]);
  expect([ASAD, BANO].map((id) => pb.person(id)?.unitId)).toEqual(["relief", "relief"]);
  await second.store.close();
});

test("a province that comes later fetches all lives of the others, each in its time", async () => {
  const first = live("alone", ["is"]);
  await first.store.write(DIRECTORY_ROOM, (tx) => first.directory.issue(tx, "operator", [{ unit }]));
  await first.store.close();
  cpSync(join(base, "alone"), join(base, "joined"), { recursive: true });
  const second = live("joined");
  await second.directory.put(person(BANO, "is", { unitId: "relief" }));

  let time = Date.now();
  const network = new MemoryNetwork(["is", "pb"]);
  const stores = [second.store, new MemoryStore({ province: "pb" })];
  const members = stores.map((store) => new Member(store, ["is", "pb"], network, () => time));
  for (const member of members) await member.start();
  for (let turn = 0; turn < 60; turn++) {
    time += 500;
    for (const member of members) member.turn();
    for (let i = 0; i < 200 && (await network.deliver(() => 0.5)); i++);
    await new Promise((done) => setImmediate(done));
  }
  const [is, pb] = members as [Member, Member];
  expect(pb.alarms).toEqual([]);
  expect(pb.store.tables.offices.unit("relief")).toEqual(unit);
  expect(pb.store.person(BANO)).toEqual(is.store.person(BANO));
  expect(is.store.waiting()).toEqual({});
  for (const member of members) await member.stop();
  await second.store.close();
});

test("a province that comes back from an older backup is told again which devices are shut out", async () => {
  const first = live("today");
  const device = deviceOf(ASAD, "k", { label: "lost" });
  await first.directory.put(person(ASAD, "is"));
  await first.store.write(DIRECTORY_ROOM, (tx) => first.directory.issue(tx, "enrolment", [{ device }]));
  await first.store.close();
  cpSync(join(base, "today"), join(base, "backup"), { recursive: true });

  let time = Date.now();
  const network = new MemoryNetwork(["is", "pb"]);
  const pb = new Member(new MemoryStore({ province: "pb" }), ["is", "pb"], network, () => time);
  await pb.start();
  const together = async (is: Member) => {
    await is.start();
    for (let turn = 0; turn < 40; turn++) {
      time += 500;
      for (const member of [is, pb]) member.turn();
      for (let i = 0; i < 200 && (await network.deliver(() => 0.5)); i++);
      await new Promise((done) => setImmediate(done));
    }
    await is.stop();
    network.restart("is");
  };
  const again = live("today");
  await again.store.write(DIRECTORY_ROOM, (tx) =>
    again.directory.issue(tx, "revocation", [{ device: shutOut(device) }]),
  );
  await together(new Member(again.store, ["is", "pb"], network, () => time));
  expect(pb.store.device(device.id)?.revoked).toBe(true);
  await again.store.close();

  const restored = live("backup");
  expect(restored.store.device(device.id)?.revoked).toBe(false);
  await restored.directory.publishKey();
  await together(new Member(restored.store, ["is", "pb"], network, () => time));
  expect(restored.store.device(device.id)?.revoked).toBe(true);
  expect(pb.alarms).toEqual([]);
  await pb.stop();
  await restored.store.close();
});
