import { expect, test } from "bun:test";
import { KIND, placeIn } from "#protocol/record";
import type { Store } from "../../domain/ports.ts";
import {
  type Fresh,
  AYESHA,
  at,
  BILAL,
  draft,
  foreign,
  makeRoom,
  member,
  PUNJAB,
  placesOf,
  ROOM,
  SINDH,
} from "./material.ts";

/** Own events at ticks 1, 4, 7 …, Punjab's at 2, 5, 8 …, Sindh's at 3, 6, 9 …; the nth of each bears n. */
async function three(store: Store, each: number): Promise<void> {
  await makeRoom(store, ["is", "pb", "sd"]);
  await store.write(ROOM, (tx) => {
    for (let n = 1; n <= each; n++) {
      tx.append(draft(), at(3 * n - 2), []);
      tx.apply(foreign(PUNJAB, n, at(3 * n - 1)));
      tx.apply(foreign(SINDH, n, at(3 * n)));
    }
  });
}

export function pageRules(fresh: Fresh): void {
  test("a page merges the origins by place, newest first", async () => {
    const store = fresh();
    await three(store, 3);
    const page = store.page(ROOM, {}, 4, 0);
    expect(placesOf(page.records)).toEqual(["sd3", "pb3", "is3", "sd2"]);
    expect(page.more).toBe(true);
  });

  test("equal stamps are ordered by origin", async () => {
    const store = fresh();
    await store.write(ROOM, (tx) => {
      tx.apply(foreign(SINDH, 1, at(1)));
      tx.append(draft(), at(1), []);
      tx.apply(foreign(PUNJAB, 1, at(1)));
    });
    expect(placesOf(store.page(ROOM, {}, 9, 0).records)).toEqual(["sd1", "pb1", "is1"]);
  });

  test("`before` is exclusive per origin; an absent origin is read from its end", async () => {
    const store = fresh();
    await three(store, 3);
    const page = store.page(ROOM, { [PUNJAB]: 2, [store.origin]: 1 }, 9, 0);
    expect(placesOf(page.records)).toEqual(["sd3", "sd2", "sd1", "pb1"]);
    expect(page.more).toBe(false);
  });

  test("paging with what was read gives every event once and ends", async () => {
    const store = fresh();
    await three(store, 20);
    const before: Record<string, number> = {};
    const seen: string[] = [];
    for (let more = true; more; ) {
      const page = store.page(ROOM, before, 7, 0);
      more = page.more;
      seen.push(...placesOf(page.records));
      for (const record of page.records) {
        const { origin, n } = placeIn(record);
        before[origin] = n;
      }
    }
    expect(seen.length).toBe(60);
    expect(new Set(seen).size).toBe(60);
  });

  test("what was stamped before `since` is left out, and does not count as more", async () => {
    const store = fresh();
    await three(store, 3);
    const page = store.page(ROOM, {}, 5, at(5));
    expect(placesOf(page.records)).toEqual(["sd3", "pb3", "is3", "sd2", "pb2"]);
    expect(page.more).toBe(false);
  });

  test("an unknown room has an empty page", () => {
    expect(fresh().page(ROOM, {}, 5, 0)).toEqual({ records: [], more: false });
  });

  test("unread counts messages of others beyond the read marks, up to 100", async () => {
    const store = fresh();
    await three(store, 3);
    expect(store.unread(ROOM, AYESHA)).toBe(6);
    await store.write(ROOM, (tx) => tx.mark([{ room: ROOM, holder: AYESHA, kind: "r", origin: PUNJAB, n: 2 }], true));
    expect(store.unread(ROOM, AYESHA)).toBe(4);
    expect(store.unread(ROOM, BILAL)).toBe(3);
    await store.write(ROOM, (tx) => tx.apply(foreign(PUNJAB, 4, at(50), { kind: KIND.control })));
    expect(store.unread(ROOM, AYESHA)).toBe(4);
    await store.write(ROOM, (tx) => {
      for (let n = 0; n < 120; n++) tx.append(draft(), at(100 + n), []);
    });
    expect(store.unread(ROOM, BILAL)).toBe(100);
  });

  test("what a member may not read under policy `joined` is not unread either", async () => {
    const store = fresh();
    await three(store, 3);
    await store.write(ROOM, (tx) => {
      tx.putRoom({ id: ROOM, kind: "group", name: "Flood cell", home: "is", history: "joined", cseq: 2 });
      tx.putMembers(ROOM, [member(AYESHA, "is", at(8))]);
    });
    expect(store.unread(ROOM, AYESHA)).toBe(2);
  });
}
