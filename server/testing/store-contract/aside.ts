import { expect, test } from "bun:test";
import { decodeRecord, idIn, isBlank, KIND, placeIn } from "#protocol/record";
import { type Fresh, AYESHA, at, BILAL, draft, foreign, id, makeRoom, PUNJAB, ROOM, SINDH } from "./material.ts";

/** Records that are not believed: they keep their places, and readers get blanks. */
export function asideRules(fresh: Fresh): void {
  const pages = (store: ReturnType<Fresh>) => store.page(ROOM, {}, 99, 0).records.reverse();
  const texts = (store: ReturnType<Fresh>) =>
    pages(store).map((record) => (isBlank(record) ? "-" : new TextDecoder().decode(decodeRecord(record).body)));

  for (const how of ["withheld", "refused"] as const)
    test(`what is ${how} keeps its place in log and hash; readers get a blank, and nobody is told of it`, async () => {
      const store = fresh();
      await makeRoom(store, ["is", "pb"]);
      const told: Uint8Array[] = [];
      store.onCommit(({ records }) => told.push(...records));
      const records = [1, 2, 3].map((n) => foreign(PUNJAB, n, at(n), { text: `n ${n}`, id: id(n) }));
      const believed = fresh("is", 2);
      await store.write(ROOM, (tx) => {
        for (const [i, record] of records.entries()) tx.apply(record, i === 1 ? how : "shown");
      });
      await believed.write(ROOM, (tx) => records.map((record) => tx.apply(record)));
      expect(texts(store)).toEqual(["n 1", "-", "n 3"]);
      expect(store.shown(ROOM, PUNJAB, 0, 9, 1e6)).toEqual(pages(store));
      expect(told).toEqual(pages(store));
      expect(pages(store).map(placeIn)).toEqual(records.map(placeIn));
      expect(store.range(ROOM, PUNJAB, 0, 9, 1e6)).toEqual(records);
      expect(store.heads(ROOM).get(PUNJAB)).toEqual(believed.heads(ROOM).get(PUNJAB));
      expect(store.unread(ROOM, AYESHA)).toBe(2);
      expect(store.find(ROOM, id(2))).toBeUndefined();
    });

  test("a refused record whose stamp falls back stands where the log had come to", async () => {
    const store = fresh();
    await store.write(ROOM, (tx) => {
      tx.apply(foreign(PUNJAB, 1, at(50)));
      tx.apply(foreign(PUNJAB, 2, at(3)), "refused");
      tx.apply(foreign(SINDH, 1, at(20)));
    });
    expect(pages(store).map((record) => placeIn(record).stamp)).toEqual([at(20), at(50), at(50)]);
    expect(await store.write(ROOM, (tx) => tx.newest(ROOM, PUNJAB))).toBe(at(50));
  });

  test("a review shows what is believed now, and withholds what is no longer; control events and refused ones stay", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    const reviewed: string[] = [];
    store.onCommit((committed) => reviewed.push(...committed.reviewed));
    const word = (n: number, text: string, more = {}) => foreign(PUNJAB, n, at(n), { text, ...more });
    await store.write(ROOM, (tx) => {
      tx.apply(word(1, "early"));
      tx.apply(word(2, "in doubt"), "withheld");
      tx.apply(word(3, "forged"), "refused");
      tx.apply(word(4, "late"));
      tx.apply(word(5, "made", { kind: KIND.control }));
    });
    expect(store.unread(ROOM, AYESHA)).toBe(2);
    await store.write(ROOM, (tx) => tx.review(ROOM, at(2), (record) => placeIn(record).n !== 4));
    expect(texts(store)).toEqual(["early", "in doubt", "-", "-", "made"]);
    expect(reviewed).toEqual([ROOM]);
    expect(store.unread(ROOM, AYESHA)).toBe(2);
    await store.write(ROOM, (tx) => tx.review(ROOM, at(2), (record) => placeIn(record).n !== 4));
    expect(reviewed).toEqual([ROOM]);
    await store.write(ROOM, (tx) => tx.review(ROOM, at(0), () => false));
    expect(texts(store)).toEqual(["-", "-", "-", "-", "made"]);
    expect(store.unread(ROOM, AYESHA)).toBe(0);
  });

  test("a review looks through a long log", async () => {
    const store = fresh();
    const records = Array.from({ length: 700 }, (_, i) => foreign(PUNJAB, i + 1, at(i + 1)));
    await store.write(ROOM, (tx) => records.map((record) => tx.apply(record)));
    await store.write(ROOM, (tx) => tx.review(ROOM, at(100), () => false));
    expect(store.shown(ROOM, PUNJAB, 0, 700, 1e9).filter(isBlank)).toHaveLength(600);
  });

  test("of two with one id the other may stand instead; a draft that waited beside it is its twin", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb", "sd"]);
    const honest = foreign(SINDH, 1, at(5), { id: id(7), text: "honest" });
    await store.write(ROOM, (tx) => {
      tx.apply(foreign(PUNJAB, 1, at(1), { id: id(7), text: "forged" }));
      expect(decodeRecord(tx.standing(ROOM, id(7)) as Uint8Array).origin).toBe(PUNJAB);
      tx.apply(honest, "instead");
      expect(tx.standing(ROOM, id(7))).toEqual(honest);
    });
    expect(texts(store)).toEqual(["-", "honest"]);
    expect(store.find(ROOM, id(7))).toEqual({ id: id(7), ...placeIn(honest) });
    await store.write(ROOM, (tx) => {
      tx.apply(foreign(PUNJAB, 2, at(6), { id: id(7), text: "honest" }), "withheld");
      tx.apply(foreign(PUNJAB, 3, at(7), { id: id(7), text: "not so honest" }), "withheld");
    });
    await store.write(ROOM, (tx) => tx.review(ROOM, at(99), () => true));
    expect(texts(store)).toEqual(["-", "honest", "honest", "-"]);
    expect(store.find(ROOM, id(7))?.origin).toBe(SINDH);
  });

  test("what is refused goes with its twins; where one of two is withheld the other one stands (R163)", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb", "sd"]);
    const [first, second] = ["pb-000000001", "pb-000000002"];
    await store.write(ROOM, (tx) => {
      tx.apply(foreign(first, 1, at(5), { id: id(7), text: "said" }));
      tx.apply(foreign(second, 1, at(3), { id: id(7), text: "said" }));
    });
    expect(store.find(ROOM, id(7))?.origin).toBe(first);
    await store.write(ROOM, (tx) => tx.review(ROOM, at(4), () => false));
    expect(store.find(ROOM, id(7))?.origin).toBe(second);
    expect(texts(store).filter((text) => text !== "-")).toEqual(["said"]);
    await store.write(ROOM, (tx) => tx.review(ROOM, at(4), () => true));
    expect(texts(store).filter((text) => text !== "-")).toEqual(["said", "said"]);
    await store.write(ROOM, (tx) => tx.refuse(ROOM, id(7)));
    expect(texts(store).filter((text) => text !== "-")).toEqual([]);
    expect(store.find(ROOM, id(7))).toBeUndefined();
  });

  test("a draft that was acknowledged here answers its ack also when it is withheld (R14)", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    const ack = await store.write(ROOM, (tx) => tx.append(draft({ id: id(9) }), at(5), []));
    await store.write(ROOM, (tx) => {
      tx.putWriters(ROOM, [{ person: AYESHA, province: "is", since: 0, until: at(2) }]);
      tx.review(ROOM, at(2), () => false);
    });
    expect(pages(store).every(isBlank)).toBe(true);
    expect(store.find(ROOM, id(9))).toEqual(ack);
    expect(store.range(ROOM, store.origin, 0, 1, 1e6).map(idIn)).toEqual([id(9)]);
  });

  test("who might write is kept by person, the last word standing", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    const [one, two] = [
      { person: AYESHA, province: "is", since: 1, until: 5 },
      { person: BILAL, province: "pb", since: 2 },
    ];
    await store.write(ROOM, (tx) => tx.putWriters(ROOM, [one, two]));
    expect([...store.writers(ROOM).values()]).toEqual([one, two]);
    await store.write(ROOM, (tx) => tx.putWriters(ROOM, [{ person: AYESHA, province: "is", since: 1 }]));
    expect(store.writers(ROOM).get(AYESHA)).toEqual({ person: AYESHA, province: "is", since: 1 });
    await store
      .write(ROOM, (tx) => {
        tx.putWriters(ROOM, [{ ...two, until: 9 }]);
        throw new Error("no");
      })
      .catch(() => {});
    expect(store.writers(ROOM).get(BILAL)).toEqual(two);
  });
}
