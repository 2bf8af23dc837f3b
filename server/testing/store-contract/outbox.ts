import { expect, test } from "bun:test";
import { placeIn } from "#protocol/record";
import { DIRECTORY_ROOM, type Province } from "#protocol/ids";
import type { Store } from "../../domain/ports.ts";
import { type Fresh, at, draft, foreign, makeRoom, PUNJAB, ROOM, roomIn } from "./material.ts";

const say = (store: Store, tick: number, dests: Province[], room = ROOM) =>
  store.write(room, (tx) => tx.append(draft({ room }), at(tick), dests));
const stored = (store: Store, holder: Province, n: number, origin = store.origin) =>
  store.write(ROOM, (tx) => tx.mark([{ room: ROOM, holder, kind: "s", origin, n }], false));
const rows = (store: Store, after = 0, limit = 999) =>
  store.outbox(store.fileOf(ROOM), after, limit).map(({ dest, record }) => `${dest}${placeIn(record).n}`);

export function outboxRules(fresh: Fresh): void {
  test("an appended event waits for each destination, in commit order", async () => {
    const store = fresh();
    await say(store, 1, ["pb", "sd"]);
    await say(store, 2, []);
    await say(store, 3, ["pb"]);
    expect(rows(store)).toEqual(["pb1", "sd1", "pb3"]);
    expect(store.waiting()).toEqual({ pb: 2, sd: 1 });
  });

  test("what waits of the directory is counted, and is no message of anybody's", async () => {
    const store = fresh();
    await say(store, 1, ["pb"]);
    await say(store, 2, ["pb", "sd"], DIRECTORY_ROOM);
    expect([store.waiting(), store.waitingInRooms()]).toEqual([{ pb: 2, sd: 1 }, { pb: 1 }]);
  });

  test("what another province brought does not wait for anyone", async () => {
    const store = fresh();
    await store.write(ROOM, (tx) => tx.apply(foreign(PUNJAB, 1, at(1))));
    expect(rows(store)).toEqual([]);
  });

  test("reading on behind the last position misses nothing, whatever the limit", async () => {
    const store = fresh();
    for (let i = 1; i <= 6; i++) await say(store, i, ["pb", "sd"]);
    const seen: string[] = [];
    for (let after = 0; ; ) {
      const page = store.outbox(store.fileOf(ROOM), after, 3);
      if (page.length === 0) break;
      const positions = page.map((row) => row.pos);
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      expect(positions[0]).toBeGreaterThan(after);
      seen.push(...page.map(({ dest, record }) => `${dest}${placeIn(record).n}`));
      after = positions.at(-1) as number;
    }
    expect(seen).toHaveLength(12);
    expect(new Set(seen).size).toBe(12);
  });

  test("a province's stored mark removes its rows up to n, of this room and of own origins only", async () => {
    const store = fresh();
    const other = roomIn(store, store.fileOf(ROOM), [ROOM]);
    for (let i = 1; i <= 3; i++) await say(store, i, ["pb", "sd"]);
    await say(store, 4, ["pb"], other);
    await stored(store, "pb", 2);
    expect(rows(store).toSorted()).toEqual(["pb1", "pb3", "sd1", "sd2", "sd3"]);
    await stored(store, "pb", 1);
    await stored(store, "sd", 3, PUNJAB);
    expect(store.waiting()).toEqual({ pb: 2, sd: 3 });
    await stored(store, "pb", 3);
    await stored(store, "sd", 3);
    expect(store.waiting()).toEqual({ pb: 1 });
    const person = { room: other, holder: "b".repeat(32), kind: "r" as const, origin: store.origin, n: 9 };
    await store.write(other, (tx) => tx.mark([person], false));
    expect(store.waiting()).toEqual({ pb: 1 });
  });

  test("a granted province has the whole room or what was stamped from a moment on", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    for (let i = 1; i <= 4; i++) await say(store, i * 10, ["pb"]);
    await store.write(ROOM, (tx) => tx.apply(foreign(PUNJAB, 1, at(15))));
    expect(store.baseFor(ROOM, store.origin, "sd")).toBe(0);
    await store.write(ROOM, (tx) => {
      tx.grant(ROOM, "sd", at(25));
      tx.grant(ROOM, "kp", 0);
    });
    expect(store.baseFor(ROOM, store.origin, "sd")).toBe(2);
    expect(store.baseFor(ROOM, store.origin, "kp")).toBe(0);
    expect(store.baseFor(ROOM, store.origin, "pb")).toBe(0);
    expect(store.waiting()).toEqual({ pb: 4, sd: 2, kp: 4 });
    expect(rows(store).filter((row) => row.startsWith("sd"))).toEqual(["sd3", "sd4"]);
    await say(store, 50, ["pb", "sd", "kp"]);
    await stored(store, "sd", 5);
    await stored(store, "kp", 3);
    expect(store.waiting()).toEqual({ pb: 5, kp: 2 });
    expect(rows(store).filter((row) => row.startsWith("kp"))).toEqual(["kp4", "kp5"]);
  });

  test("a grant from the future gives nothing yet, an event at the very moment is given", async () => {
    const store = fresh();
    for (let i = 1; i <= 3; i++) await say(store, i * 10, []);
    await store.write(ROOM, (tx) => {
      tx.grant(ROOM, "sd", at(31));
      tx.grant(ROOM, "kp", at(30));
    });
    expect([store.baseFor(ROOM, store.origin, "sd"), store.baseFor(ROOM, store.origin, "kp")]).toEqual([3, 2]);
    expect(store.waiting()).toEqual({ kp: 1 });
  });

  test("granting again adds only what the province lacks", async () => {
    const store = fresh();
    for (let i = 1; i <= 4; i++) await say(store, i, ["sd"]);
    await stored(store, "sd", 2);
    await store.write(ROOM, (tx) => tx.grant(ROOM, "sd", 0));
    expect(store.waiting()).toEqual({ sd: 2 });
    await say(store, 5, []);
    await store.write(ROOM, (tx) => tx.grant(ROOM, "sd", 0));
    expect(rows(store).toSorted()).toEqual(["sd3", "sd4", "sd5"]);
  });

  test("a province cannot have stored what this node has not written yet", async () => {
    const store = fresh();
    await say(store, 1, ["pb"]);
    const moved = await stored(store, "pb", 9);
    expect(moved.map((mark) => mark.n)).toEqual([1]);
    await say(store, 2, ["pb"]);
    expect(store.waiting()).toEqual({ pb: 1 });
    await stored(store, "pb", 2);
    expect(store.waiting()).toEqual({});
  });
}
