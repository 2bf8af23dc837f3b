import { afterEach, describe, expect, test } from "bun:test";
import type { Province } from "#protocol/ids";
import { decodeRecord } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { MemoryStore } from "../memory-store.ts";
import { Provinces } from "./provinces.ts";

const HOUR = 3_600_000;
const open = (province: Province) => new MemoryStore({ province });
const fresh = (province: Province) => new MemoryStore({ province, life: "111111111" });
let all: Provinces;
afterEach(() => all.stop());

describe("a province that was away", () => {
  for (const history of ["all", "joined"] as const)
    test(`forgets whoever was removed meanwhile, history ${history}`, async () => {
      all = await Provinces.open(open);
      const room = await all.room("is", ["pb", "sd"], history);
      await all.say("is", room, "one");
      await all.change("is", room, { op: "remove", members: [all.of("sd")] });
      await all.quiet();
      all.network.cut("is", "sd");
      all.network.cut("pb", "sd");
      await all.change("is", room, { op: "remove", members: [all.of("pb")] });
      await all.say("is", room, "two");
      await all.change("is", room, { op: "add", members: [all.of("sd")] });
      await all.say("is", room, "three");
      all.network.heal("is", "sd");
      all.network.heal("pb", "sd");
      await all.quiet();
      expect(all.at("sd").store.room(room)).toEqual(all.at("is").store.room(room));
      await all.say("sd", room, "not for Punjab");
      await all.quiet();
      expect(all.words("pb", room)).not.toContain("not for Punjab");
      expect(all.words("is", room)).toContain("not for Punjab");
      expect(all.words("sd", room)).toContain("three");
      expect(all.words("sd", room).includes("two")).toBe(history === "all");
    });

  test("comes to know a room that was made, changed, left and joined again", async () => {
    all = await Provinces.open(open);
    all.network.cut("is", "sd");
    const room = await all.room("is", ["pb", "sd"]);
    const [sd] = [all.of("sd")];
    await all.say("is", room, "one");
    await all.change("is", room, { op: "remove", members: [sd] });
    await all.say("pb", room, "while away");
    await all.quiet();
    await all.change("is", room, { op: "rename", name: "Renamed" });
    await all.change("is", room, { op: "add", members: [sd] });
    await all.say("pb", room, "two");
    await all.quiet();
    all.network.heal("is", "sd");
    await all.quiet(20);
    for (const code of ["pb", "sd"] as const) {
      expect(all.at(code).log(room)).toEqual(all.at("is").log(room));
      expect(all.at(code).store.room(room)).toEqual(all.at("is").store.room(room));
    }
    expect(all.at("is").store.waiting()).toEqual({});
    expect(all.at("pb").store.waiting()).toEqual({});
  });
});

describe("a disk that was replaced", () => {
  test("gets back what others wrote; what it writes is taken in", async () => {
    all = await Provinces.open(open);
    const room = await all.room("pb", ["is", "sd"]);
    for (const code of ["is", "pb", "sd"] as const) await all.say(code, room, `from ${code}`);
    await all.quiet();
    await all.replace("is", fresh("is"));
    await all.quiet(30);
    expect(all.at("is").store.room(room)).toEqual(all.at("pb").store.room(room));
    expect(all.words("is", room)).toEqual(["*", "from pb", "from sd"]);
    await all.say("is", room, "in a new life");
    await all.say("pb", room, "heard");
    await all.quiet();
    for (const code of ["is", "pb", "sd"] as const)
      expect(all.words(code, room).slice(-2)).toEqual(["in a new life", "heard"]);
    expect(all.at("is").store.waiting()).toEqual({});
    expect(all.at("pb").store.waiting()).toEqual({});
  });

  test("a draft whose ack was lost with the disk is sent again and shown at both its places alike", async () => {
    all = await Provinces.open(open);
    const room = await all.room("pb", ["is", "sd"]);
    const id = all.id();
    await all.say("is", room, "once", id);
    await all.quiet();
    await all.replace("is", fresh("is"));
    await all.quiet(30);
    await all.say("is", room, "once", id);
    await all.quiet();
    expect(all.at("pb").log(room)).toEqual(all.at("sd").log(room));
    // What a client shows once stands twice in the logs: the earlier place is the one that counts.
    expect(all.words("pb", room).filter((words) => words === "once")).toHaveLength(2);
  });
});

describe("the same draft accepted at two provinces", () => {
  const acceptTwice = async () => {
    all = await Provinces.open(open);
    const room = await all.room("is", ["pb", "sd"]);
    all.network.cut("is", "pb");
    const id = all.id();
    const person = all.of("is");
    await all.at("is").say(person, room, "twice accepted", id);
    all.time += 3;
    await all.at("pb").say(person, room, "twice accepted", id);
    all.network.heal("is", "pb");
    await all.quiet();
    return room;
  };

  test("stands at the same two places everywhere", async () => {
    const room = await acceptTwice();
    expect(all.at("is").log(room)).toHaveLength(3);
    for (const code of ["pb", "sd"] as const) expect(all.at(code).log(room)).toEqual(all.at("is").log(room));
  });

  test("is one unread message", async () => {
    const room = await acceptTwice();
    expect(all.at("sd").store.unread(room, all.of("sd"))).toBe(1);
  });
});

describe("a wrong clock", () => {
  for (const hours of [1, -1])
    test(`${hours} h off orders alike everywhere and drags nobody`, async () => {
      all = await Provinces.open(open, { pb: hours * HOUR });
      const room = await all.room("is", ["pb", "sd"]);
      const whatLiesAheadIsDue = async () => {
        all.time += HOUR;
        await all.quiet();
      };
      await whatLiesAheadIsDue();
      for (let i = 0; i < 3; i++) {
        for (const code of ["is", "pb", "sd"] as const) await all.say(code, room, `${code} ${i}`);
        await all.quiet(2);
      }
      await whatLiesAheadIsDue();
      const log = all.at("is").log(room);
      expect(all.at("pb").log(room)).toEqual(log);
      expect(all.at("sd").log(room)).toEqual(log);
      expect(log).toHaveLength(10);
      for (const code of ["is", "sd"] as const)
        expect(all.at(code).clock.next()).toBeLessThan(stampOf(all.time + 60_000));
      const stamps = all
        .at("is")
        .store.range(room, all.at("pb").store.origin, 0, 99, 1e6)
        .map((r) => decodeRecord(r).stamp);
      expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
      expect(new Set(stamps).size).toBe(3);
    });

  // Not so yet: `since` is of the home's clock, and nobody follows a clock that is so far ahead.
  test.failing("an hour ahead at a room's home hides nothing from its members, history joined", async () => {
    all = await Provinces.open(open, { pb: HOUR });
    const room = await all.room("pb", ["is", "sd"], "joined");
    await all.say("is", room, "can be read");
    await all.quiet();
    const { members } = all.at("sd").store.room(room) ?? {};
    const since = members?.get(all.of("sd"))?.since ?? 0;
    expect(all.at("sd").store.page(room, {}, 10, since).records.length).toBe(2);
  });
});
