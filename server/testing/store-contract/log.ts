import { expect, test } from "bun:test";
import { decodeRecord, placeIn, roomIn as roomOf } from "#protocol/record";
import {
  type Fresh,
  AYESHA,
  at,
  BILAL,
  draft,
  foreign,
  id,
  makeRoom,
  PUNJAB,
  ROOM,
  roomIn,
  SANA,
  SINDH,
} from "./material.ts";

const roll = (records: readonly Uint8Array[], seed = 0n) =>
  records
    .reduce((hash, record) => Bun.hash.xxHash64(record, hash), seed)
    .toString(16)
    .padStart(16, "0");

export function logRules(fresh: Fresh): void {
  test("an appended draft is stamped in place, acknowledged and found again", async () => {
    const store = fresh();
    const record = draft({ id: id(7) });
    const ack = await store.write(ROOM, (tx) => tx.append(record, at(1), []));
    expect(ack).toEqual({ id: id(7), origin: store.origin, n: 1, stamp: at(1) });
    expect(placeIn(record)).toEqual({ origin: store.origin, n: 1, stamp: at(1) });
    expect(store.find(ROOM, id(7))).toEqual(ack);
    expect(await store.write(ROOM, (tx) => tx.find(ROOM, id(7)))).toEqual(ack);
    expect(store.range(ROOM, store.origin, 0, 1, 1e6).map(decodeRecord)).toEqual([decodeRecord(record)]);
  });

  test("an id is new in its room once, and free in every other room", async () => {
    const store = fresh();
    await store.write(ROOM, (tx) => tx.append(draft({ id: id(7) }), at(1), []));
    const again = store.write(ROOM, (tx) => tx.append(draft({ id: id(7) }), at(2), []));
    expect(again).rejects.toThrow();
    await again.catch(() => {});
    expect(store.find(id(2), id(7))).toBeUndefined();
    const other = roomIn(store, store.fileOf(ROOM), [ROOM]);
    const ack = await store.write(other, (tx) => tx.append(draft({ room: other, id: id(7) }), at(3), []));
    expect(ack.n).toBe(1);
    expect(store.find(ROOM, id(7))?.stamp).toBe(at(1));
    expect(store.find(other, id(7))?.stamp).toBe(at(3));
    expect(store.heads(ROOM).get(store.origin)?.n).toBe(1);
  });

  test("what a person sent is found by its id alone, in whatever room and file it is", async () => {
    const store = fresh("is", 3);
    const rooms = [0, 1, 2].map((file) => roomIn(store, file));
    for (const [i, room] of rooms.entries())
      for (const sender of [AYESHA, BILAL])
        await store.write(room, (tx) =>
          tx.append(draft({ room, sender, id: id(sender === AYESHA ? i : 10 + i) }), at(i), []),
        );
    for (const [i, room] of rooms.entries()) {
      const [record, ...more] = store.sentBy(AYESHA, id(i));
      expect([roomOf(record as Uint8Array), more]).toEqual([room, []]);
      expect(placeIn(record as Uint8Array)).toMatchObject({ origin: store.origin, n: 1 });
      expect([store.sentBy(BILAL, id(i)), store.sentBy(AYESHA, id(10 + i)), store.sentBy(SANA, id(i))]).toEqual([
        [],
        [],
        [],
      ]);
    }
    expect(store.sentBy(AYESHA, id(99))).toEqual([]);
    const [first, second] = [roomIn(store, 0, rooms), roomIn(store, 1, rooms)];
    for (const room of [first, second])
      await store.write(room, (tx) => tx.append(draft({ room, id: id(50) }), at(9), []));
    expect(store.sentBy(AYESHA, id(50)).map(roomOf).sort()).toEqual([first, second].sort());
  });

  test("n is dense per room and origin, and the head rolls its hash over the records (R34)", async () => {
    const store = fresh();
    const records = [draft(), draft(), draft()];
    await Promise.all(records.map((record, i) => store.write(ROOM, (tx) => tx.append(record, at(i), []))));
    const head = { base: 0, n: 3, hash: roll(records) };
    expect(store.heads(ROOM)).toEqual(new Map([[store.origin, head]]));
    expect(await store.write(ROOM, (tx) => tx.head(ROOM, store.origin))).toEqual(head);
    expect(await store.write(ROOM, (tx) => tx.head(ROOM, PUNJAB))).toEqual({ base: 0, n: 0, hash: "0".repeat(16) });
    expect(store.hashAt(ROOM, store.origin, 2)).toBe(roll(records.slice(0, 2)));
    expect(store.hashAt(ROOM, store.origin, 0)).toBe("0".repeat(16));
  });

  test("of another origin only the next n is applied; duplicates and gaps change nothing (R34, R35)", async () => {
    const store = fresh();
    const records = [1, 2, 3].map((n) => foreign(PUNJAB, n, at(n)));
    const results = await store.write(ROOM, (tx) => [0, 0, 2, 1].map((i) => tx.apply(records[i] as Uint8Array)));
    expect(results).toEqual(["applied", "duplicate", "gap", "applied"]);
    const head = store.heads(ROOM).get(PUNJAB);
    expect(head).toEqual({ base: 0, n: 2, hash: roll(records.slice(0, 2)) });
    expect(store.range(ROOM, PUNJAB, 0, 9, 1e6)).toEqual(records.slice(0, 2));
  });

  test("a gap or duplicate alone leaves no trace of the origin", async () => {
    const store = fresh();
    expect(await store.write(ROOM, (tx) => tx.apply(foreign(PUNJAB, 2, at(2))))).toBe("gap");
    expect(store.heads(ROOM).size).toBe(0);
    expect(store.marks(ROOM)).toEqual([]);
  });

  test("a record of the node's own origin is never taken from elsewhere", async () => {
    const store = fresh();
    expect(store.write(ROOM, (tx) => tx.apply(foreign(store.origin, 1, at(1))))).rejects.toThrow("own origin");
  });

  test("a draft that two provinces accepted keeps both places; the first one known answers for it", async () => {
    const store = fresh();
    const ack = await store.write(ROOM, (tx) => tx.append(draft({ id: id(7) }), at(1), []));
    expect(await store.write(ROOM, (tx) => tx.apply(foreign(PUNJAB, 1, at(2), { id: id(7) })))).toBe("applied");
    expect(await store.write(ROOM, (tx) => tx.apply(foreign(PUNJAB, 2, at(3))))).toBe("applied");
    expect(store.find(ROOM, id(7))).toEqual(ack);
    expect(store.heads(ROOM).get(PUNJAB)?.n).toBe(2);
  });

  test("a log can begin behind a base, with the hash that the others have there (R34)", async () => {
    const store = fresh();
    const all = [1, 2, 3, 4].map((n) => foreign(PUNJAB, n, at(n)));
    const [, , third, fourth] = all as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    await store.write(ROOM, (tx) => tx.rebase(ROOM, PUNJAB, 2, roll(all.slice(0, 2))));
    expect(store.heads(ROOM).get(PUNJAB)).toEqual({ base: 2, n: 2, hash: roll(all.slice(0, 2)) });
    expect(await store.write(ROOM, (tx) => [tx.apply(fourth), tx.apply(third), tx.apply(fourth)])).toEqual([
      "gap",
      "applied",
      "applied",
    ]);
    expect(store.heads(ROOM).get(PUNJAB)).toEqual({ base: 2, n: 4, hash: roll(all) });
    expect(store.hashAt(ROOM, PUNJAB, 3)).toBe(roll(all.slice(0, 3)));
    expect(store.range(ROOM, PUNJAB, 0, 9, 1e6)).toEqual([third, fourth]);
    await store.write(ROOM, (tx) => tx.rebase(ROOM, PUNJAB, 3, "f".repeat(16)));
    expect(store.heads(ROOM).get(PUNJAB)?.base).toBe(2);
  });

  test("a range ends at its byte budget but always holds one record", async () => {
    const store = fresh();
    const records = Array.from({ length: 600 }, (_, i) => foreign(PUNJAB, i + 1, at(i)));
    await store.write(ROOM, (tx) => records.map((record) => tx.apply(record)));
    const size = (records[0] as Uint8Array).length;
    const ns = (found: Uint8Array[]) => found.map((record) => placeIn(record).n);
    expect(ns(store.range(ROOM, PUNJAB, 2, 9, 2 * size + 1))).toEqual([3, 4]);
    expect(ns(store.range(ROOM, PUNJAB, 2, 9, 1))).toEqual([3]);
    expect(ns(store.range(ROOM, PUNJAB, 2, 4, 1e6))).toEqual([3, 4]);
    expect(store.range(ROOM, PUNJAB, 0, 600, 1e9)).toEqual(records);
    expect(store.range(ROOM, SINDH, 0, 9, 1e6)).toEqual([]);
  });

  test("the newest stamps of a room and of own events are known", async () => {
    const store = fresh();
    expect([store.latest(ROOM), store.newestStamp()]).toEqual([0, 0]);
    await makeRoom(store, ["is", "pb"]);
    await store.write(ROOM, (tx) => tx.append(draft(), at(5), []));
    await store.write(ROOM, (tx) => tx.apply(foreign(PUNJAB, 1, at(9))));
    expect([store.latest(ROOM), store.newestStamp()]).toEqual([at(9), at(5)]);
  });
}
