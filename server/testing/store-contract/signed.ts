import { expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { digestAfter, NO_DIGEST, type SignedHead } from "../../domain/signed-heads.ts";
import { AYESHA, at, BILAL, draft, type Fresh, foreign, id, makeRoom, PUNJAB, ROOM } from "./material.ts";

const head = (n: number, digest: string): SignedHead => ({ n, digest, path: [], signature: "s" });

/** What a province signs of its logs, what others keep of it, and what comes back of a life that was forgotten. */
export function signedRules(fresh: Fresh): void {
  test("a log's digest is that of all its records, also after it was cut and begun anew (R200)", async () => {
    const store = fresh();
    const { origin } = store;
    await makeRoom(store, ["is", "pb"]);
    expect(store.digest(ROOM, origin)).toBe(NO_DIGEST);
    for (let n = 1; n <= 4; n++) await store.write(ROOM, (tx) => tx.append(draft(), at(n), ["pb"]));
    const over = (life: string) => store.range(ROOM, life, 0, 99, 1e9).reduce(digestAfter, NO_DIGEST);
    expect(store.digest(ROOM, origin)).toBe(over(origin));
    expect(store.digest(ROOM, origin, 2)).toBe(store.range(ROOM, origin, 0, 2, 1e9).reduce(digestAfter, NO_DIGEST));
    await store.write(ROOM, (tx) => tx.mark([{ room: ROOM, holder: "pb", kind: "s", origin, n: 2 }], false));
    store.renew(() => undefined);
    for (const life of [origin, store.origin]) expect(store.digest(ROOM, life)).toBe(over(life));
    await store.write(ROOM, (tx) => tx.append(draft(), at(9), ["pb"]));
    expect(store.digest(ROOM, store.origin)).toBe(over(store.origin));
    expect(store.originsOf("is").sort()).toEqual([origin, store.origin].sort());
    expect(store.originsOf("pb")).toEqual([]);
  });

  test("a signed head is kept where it is that of the log here, and stays when the log goes on (R200)", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    const records = [1, 2, 3].map((n) => foreign(PUNJAB, n, at(n)));
    const digests = records.map((_, i) => records.slice(0, i + 1).reduce(digestAfter, NO_DIGEST));
    const keep = (signed: SignedHead) => store.write(ROOM, (tx) => tx.keepSigned(ROOM, PUNJAB, signed));
    await keep(head(1, digests[0] as string));
    expect(store.signedHead(ROOM, PUNJAB)).toBeUndefined();
    await store.write(ROOM, (tx) => records.slice(0, 2).map((record) => tx.apply(record)));
    for (const wrong of [head(1, digests[0] as string), head(3, digests[2] as string), head(2, digests[2] as string)])
      await keep(wrong);
    expect(store.signedHead(ROOM, PUNJAB)).toBeUndefined();
    await keep(head(2, digests[1] as string));
    await store.write(ROOM, (tx) => tx.apply(records[2] as Uint8Array));
    expect(store.signedHead(ROOM, PUNJAB)).toEqual(head(2, digests[1] as string));
    await keep(head(3, digests[2] as string));
    expect(store.signedHead(ROOM, PUNJAB)).toEqual(head(3, digests[2] as string));
  });

  test("where history before was withheld, a log's digest goes on from what its origin says of that (R200)", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    const records = [1, 2, 3, 4].map((n) => foreign(PUNJAB, n, at(n)));
    const digest = records.slice(0, 2).reduce(digestAfter, NO_DIGEST);
    await store.write(ROOM, (tx) => {
      tx.rebase(ROOM, PUNJAB, 2, "00000000000000aa", digest);
      for (const record of records.slice(2)) tx.apply(record);
    });
    expect(store.digest(ROOM, PUNJAB)).toBe(records.reduce(digestAfter, NO_DIGEST));
  });

  test("what comes back takes its place in the old log, and waits for those who are not known to have it (R201)", async () => {
    const store = fresh();
    const { origin } = store;
    await makeRoom(store, ["is", "pb", "sd"]);
    const kept = await store.write(ROOM, (tx) => tx.append(draft({ id: id(7) }), at(1), []));
    store.renew(() => undefined);
    const back = [2, 3].map((n) => foreign(origin, n, at(n), { sender: AYESHA, id: id(10 + n) }));
    await store.write(ROOM, (tx) => {
      tx.mark([{ room: ROOM, holder: "pb", kind: "s", origin, n: 2 }], false);
      for (const record of back) tx.takeBack(record, "shown", ["pb", "sd"]);
    });
    expect(store.heads(ROOM).get(origin)).toMatchObject({ n: 3 });
    expect(store.find(ROOM, id(7))).toEqual(kept);
    expect(store.find(ROOM, id(13))).toMatchObject({ origin, n: 3 });
    expect(store.waiting()).toEqual({ pb: 1, sd: 2 });
    const gap = store.write(ROOM, (tx) => tx.takeBack(foreign(origin, 5, at(5), { sender: AYESHA }), "shown", []));
    expect(await gap.catch(String)).toContain("does not follow");
    const present = foreign(store.origin, 1, at(6), { sender: AYESHA });
    expect(await store.write(ROOM, (tx) => tx.takeBack(present, "shown", [])).catch(String)).toContain("own origin");
    await store.write(ROOM, (tx) => tx.mark([{ room: ROOM, holder: "sd", kind: "s", origin, n: 3 }], false));
    expect(store.waiting().sd ?? 0).toBe(0);
  });

  test("what people did is counted by the day, over all files, and forgotten with the day (R133, R173)", async () => {
    const store = fresh("is", 4);
    const rooms = [1, 2, 3, 4, 5, 6].map(id);
    for (const room of rooms) await store.write(room, (tx) => tx.countToday(room, 5, AYESHA, "rooms", 2));
    expect(store.countedOn(5, AYESHA, "rooms")).toBe(12);
    for (const other of [store.countedOn(5, AYESHA, "members"), store.countedOn(5, BILAL, "rooms")])
      expect(other).toBe(0);
    const failed = store.write(ROOM, (tx) => {
      tx.countToday(ROOM, 5, AYESHA, "rooms", 1);
      throw new Error("in vain");
    });
    expect(await failed.catch(String)).toContain("in vain");
    expect(store.countedOn(5, AYESHA, "rooms")).toBe(12);
    await store.write(DIRECTORY_ROOM, (tx) => {
      for (const whom of [BILAL, id(9), BILAL]) tx.sawToday(5, AYESHA, whom);
    });
    expect(store.seenOn(5, AYESHA).sort()).toEqual([BILAL, id(9)].sort());
    expect(store.seenOn(5, BILAL)).toEqual([]);
    await store.write(DIRECTORY_ROOM, (tx) => tx.sawToday(6, BILAL, AYESHA));
    expect(store.seenOn(5, AYESHA)).toEqual([]);
    for (const room of rooms) await store.write(room, (tx) => tx.countToday(room, 6, BILAL, "members", 1));
    expect(store.countedOn(5, AYESHA, "rooms")).toBe(0);
    expect(store.countedOn(6, BILAL, "members")).toBe(6);
  });
}
