import { expect, test } from "bun:test";
import type { Provinces } from "./provinces.ts";
import { provincesOnDisk } from "./provinces-on-disk.ts";

const disk = provincesOnDisk();
let all: Provinces;

/** A room of Islamabad whose home fell back to a backup, after which it had added Sindh and written. */
async function fallenBack() {
  all = await disk.open();
  const room = await all.room("is", ["pb"]);
  disk.backUp();
  await all.change("is", room, { op: "add", members: [all.of("sd")] });
  await all.say("is", room, "after the backup");
  await all.quiet();
  expect(all.words("sd", room)).toContain("after the backup");
  await disk.putBack();
  await all.quiet();
  return room;
}

test("a home that fell back to a backup is heard again by all", async () => {
  const room = await fallenBack();
  const before = all.at("pb").store.room(room)?.cseq ?? 0;
  await all.change("is", room, { op: "remove", members: [all.of("pb")] });
  await all.say("is", room, "not for Punjab");
  await all.quiet();
  expect(all.at("pb").store.room(room)?.members.has(all.of("pb"))).toBe(false);
  expect(all.at("pb").store.room(room)?.cseq).toBeGreaterThan(before);
  expect(all.words("pb", room)).not.toContain("not for Punjab");
  expect(all.at("is").store.waiting()).toEqual({});
});

test("what others wrote after the backup comes back, and what is written in the new life reaches them", async () => {
  const room = await fallenBack();
  await all.say("pb", room, "in the meantime");
  await all.say("is", room, "in a new life");
  await all.quiet();
  expect(all.words("is", room)).toEqual(["*", "*", "after the backup", "in the meantime", "in a new life"]);
  expect(all.words("pb", room).slice(-2)).toEqual(["in the meantime", "in a new life"]);
});

test("of a province that was let in late, and holds no beginning, the rest comes back (R201)", async () => {
  all = await disk.open();
  const room = await all.room("is", ["pb"], "joined");
  await all.say("is", room, "before Sindh");
  await all.change("is", room, { op: "add", members: [all.of("sd")] });
  await all.say("is", room, "kept");
  await all.quiet();
  disk.backUp();
  await all.say("is", room, "lost");
  await all.quiet();
  expect(all.words("sd", room)).not.toContain("before Sindh");
  all.network.cut("is", "pb");
  await disk.putBack();
  await all.quiet(20);
  expect(all.words("is", room)).toEqual(["*", "before Sindh", "*", "kept", "lost"]);
  expect(all.at("is").alarms).toEqual([]);
});

test("what the province itself wrote after the backup, and who came in, comes back", async () => {
  const room = await fallenBack();
  await all.quiet(20);
  expect(all.words("is", room)).toContain("after the backup");
  expect(all.at("is").store.room(room)?.provinces).toContain("sd");
});
