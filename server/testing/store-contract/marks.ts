import { expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { Store } from "../../domain/ports.ts";
import { type Fresh, AYESHA, at, BILAL, draft, foreign, makeRoom, member, PUNJAB, ROOM, roomIn } from "./material.ts";

const read = (n: number, holder = AYESHA, origin = PUNJAB): Mark => ({ room: ROOM, holder, kind: "r", origin, n });
const put = (store: Store, marks: Mark[], local: boolean) => store.write(ROOM, (tx) => tx.mark(marks, local));
const since = (store: Store, after = 0, dest = "pb", limit = 99) =>
  store.marksSince(store.fileOf(ROOM), dest, after, limit);

export function markRules(fresh: Fresh): void {
  test("only the largest n stands; those that moved are answered and told of", async () => {
    const store = fresh();
    const told: Mark[] = [];
    store.onCommit(({ marks }) => told.push(...marks));
    expect(await put(store, [read(3)], true)).toEqual([read(3)]);
    expect(await put(store, [read(2), read(3)], false)).toEqual([]);
    expect(await put(store, [read(5), read(1, BILAL)], false)).toEqual([read(5), read(1, BILAL)]);
    expect(told).toEqual([read(3), read(5), read(1, BILAL)]);
    expect(store.marks(ROOM, AYESHA)).toEqual([read(5)]);
    expect(store.marks(ROOM)).toHaveLength(2);
  });

  test("kinds, holders and origins have marks of their own", async () => {
    const store = fresh();
    const marks: Mark[] = [read(1), { ...read(2), kind: "d" }, read(3, BILAL), read(4, AYESHA, store.origin)];
    await put(store, marks, true);
    const sorted = (list: Mark[]) => list.toSorted((a, b) => a.n - b.n);
    expect(sorted(store.marks(ROOM))).toEqual(marks);
    expect(sorted(store.marks(ROOM, AYESHA))).toEqual(marks.filter(({ holder }) => holder === AYESHA));
  });

  test("this province's stored mark follows the heads, once per commit, and cannot be set", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    const told: Mark[] = [];
    store.onCommit(({ marks }) => told.push(...marks));
    await store.write(ROOM, (tx) => {
      tx.append(draft(), at(1), []);
      tx.append(draft(), at(2), []);
      tx.apply(foreign(PUNJAB, 1, at(3)));
    });
    const own: Mark = { room: ROOM, holder: "is", kind: "s", origin: store.origin, n: 2 };
    const theirs: Mark = { ...own, origin: PUNJAB, n: 1 };
    expect(told).toEqual([own, theirs]);
    expect(store.marks(ROOM, "is")).toEqual([own, theirs]);
    expect(await put(store, [{ ...own, n: 99 }], false)).toEqual([]);
    expect(store.marks(ROOM, "is")).toEqual([own, theirs]);
    expect(since(store).marks.map(({ version: _, ...mark }) => mark)).toEqual([own, theirs]);
  });

  test("local marks get growing versions and are told since a version, at their newest only", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    await put(store, [read(1)], true);
    await put(store, [read(1, BILAL)], false);
    await put(store, [{ ...read(4), kind: "d" }], true);
    const first = since(store);
    expect(first.marks).toEqual([
      { ...read(1), version: expect.any(Number) },
      { ...read(4), kind: "d", version: expect.any(Number) },
    ]);
    expect(first.upto).toBe(first.marks[1]?.version as number);
    await put(store, [read(2)], true);
    const next = since(store, first.upto);
    expect(next.marks).toEqual([{ ...read(2), version: expect.any(Number) }]);
    expect(next.upto).toBeGreaterThan(first.upto);
    expect(since(store, next.upto)).toEqual({ marks: [], upto: next.upto, more: false });
  });

  test("a limit cuts the list, and going on from there misses nothing", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    for (let i = 1; i <= 9; i++) await put(store, [read(i, i.toString(16).padStart(32, "e"))], true);
    const seen: number[] = [];
    for (let at = 0; ; ) {
      const { marks, upto } = since(store, at, "pb", 4);
      if (upto === at) break;
      expect(marks.length).toBeLessThanOrEqual(4);
      seen.push(...marks.map((mark) => mark.n));
      at = upto;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("no call looks at more than its limit, also where the province may hear nothing of it (R162)", async () => {
    const store = fresh();
    const hidden = roomIn(store, store.fileOf(ROOM), [ROOM]);
    await makeRoom(store, ["is"], hidden);
    await makeRoom(store, ["is", "pb"]);
    for (let i = 1; i <= 9; i++)
      await store.write(hidden, (tx) =>
        tx.mark([{ ...read(i, i.toString(16).padStart(32, "e")), room: hidden }], true),
      );
    await put(store, [read(1)], true);
    const steps: number[] = [];
    for (let at = 0, more = true; more; ) {
      const batch = since(store, at, "pb", 4);
      steps.push(batch.marks.length);
      ({ upto: at, more } = batch);
    }
    expect(steps).toEqual([0, 0, 1]);
  });

  test("a province hears only of rooms in which it has a member, and of the directory", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    const hidden = roomIn(store, store.fileOf(ROOM), [ROOM]);
    await makeRoom(store, ["is"], hidden);
    await store.write(hidden, (tx) => tx.append(draft({ room: hidden }), at(1), []));
    await store.write(ROOM, (tx) => tx.append(draft(), at(2), []));
    await store.write(DIRECTORY_ROOM, (tx) => tx.append(draft({ room: DIRECTORY_ROOM }), at(3), []));
    expect(since(store).marks.map((mark) => mark.room)).toEqual([ROOM]);
    expect(since(store, 0, "sd").marks).toEqual([]);
    expect(store.marksSince(store.files - 1, "sd", 0, 9).marks.map((mark) => mark.room)).toEqual([DIRECTORY_ROOM]);
  });

  test("a province that comes into a room is told the room's marks, however old", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    await store.write(ROOM, (tx) => tx.append(draft(), at(1), []));
    await put(store, [read(1)], true);
    const { upto } = since(store, 0, "sd");
    await store.write(ROOM, (tx) => tx.putMembers(ROOM, [member(BILAL, "sd")]));
    const kinds = since(store, upto, "sd").marks.map((mark) => mark.kind);
    expect(kinds.toSorted()).toEqual(["r", "s"]);
  });

  test("a province whose last member left is still told that what it wrote is stored", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    await store.write(ROOM, (tx) => {
      tx.append(draft(), at(1), []);
      tx.apply(foreign(PUNJAB, 1, at(2)));
      tx.removeMembers(ROOM, [BILAL]);
    });
    expect(since(store).marks).toEqual([
      { room: ROOM, holder: "is", kind: "s", origin: PUNJAB, n: 1, version: expect.any(Number) },
    ]);
  });
}
