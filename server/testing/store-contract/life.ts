import { expect, test } from "bun:test";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { decodeRecord, encodeRecord, idIn, isBlank, KIND, placeIn, SCHEME } from "#protocol/record";
import { at, AYESHA, BILAL, draft, type Fresh, id, makeRoom, member, PUNJAB, foreign, ROOM, SANA } from "./material.ts";

const nothing = () => undefined;

/** A new life while the node runs: `renew`, and what another province has of the present life. */
export function lifeRules(fresh: Fresh): void {
  test("what some province is not known to have is said again with its id and stamp, and taken out of the old log", async () => {
    const store = fresh();
    const { origin } = store;
    await makeRoom(store, ["is", "pb", "sd"]);
    const ids = Array.from({ length: 4 }, () => mintId(Date.now()));
    for (const [i, id] of ids.entries()) await store.write(ROOM, (tx) => tx.append(draft({ id }), at(i), ["pb", "sd"]));
    await store.write(ROOM, (tx) => {
      tx.mark([{ room: ROOM, holder: "pb", kind: "s", origin, n: 3 }], false);
      tx.mark([{ room: ROOM, holder: "sd", kind: "s", origin, n: 1 }], false);
      tx.mark([{ room: ROOM, holder: BILAL, kind: "r", origin, n: 2 }], true);
    });
    const { hash } = { hash: store.hashAt(ROOM, origin, 1) };
    const last = store.outbox(store.fileOf(ROOM), 0, 99).at(-1)?.pos as number;
    const told: string[] = [];
    store.onCommit(({ records }) => told.push(...records.map(idIn)));
    store.renew(nothing);
    expect(store.origin).not.toBe(origin);
    expect(store.heads(ROOM).get(origin)).toEqual({ base: 0, n: 1, hash });
    const again = store.range(ROOM, store.origin, 0, 9, 1e6);
    expect(again.map(idIn)).toEqual(ids.slice(1));
    expect(again.map((record) => placeIn(record).stamp)).toEqual([at(1), at(2), at(3)]);
    expect(store.find(ROOM, ids[2] as string)).toEqual({
      id: ids[2] as string,
      origin: store.origin,
      n: 2,
      stamp: at(2),
    });
    expect(told).toEqual(ids.slice(1));
    expect(store.waiting()).toEqual({ pb: 3, sd: 3 });
    expect(store.outbox(store.fileOf(ROOM), last, 99)).toHaveLength(6);
    expect(store.marks(ROOM, BILAL)).toContainEqual({
      room: ROOM,
      holder: BILAL,
      kind: "r",
      origin: store.origin,
      n: 1,
    });
    const ack = await store.write(ROOM, (tx) => tx.append(draft(), at(9), ["pb"]));
    expect([ack.origin, ack.n]).toEqual([store.origin, 4]);
    store.renew(nothing);
    expect(store.range(ROOM, store.origin, 0, 9, 1e6).map(idIn)).toEqual([...ids.slice(1), ack.id]);
  });

  test("what is withheld, refused or a twin is said again as such, and shown to nobody by it (R161, R163, R168)", async () => {
    const store = fresh();
    const { origin } = store;
    await makeRoom(store, ["is", "pb"]);
    const said = (n: number) => draft({ id: id(n), text: `n ${n}` });
    await store.write(ROOM, (tx) => {
      for (const n of [2, 3, 5]) tx.append(said(n), at(n), ["pb"]);
      tx.apply(foreign(PUNJAB, 1, at(6), { id: id(3), text: "of the sender's own node" }), "instead");
      tx.apply(foreign(PUNJAB, 2, at(7), { id: id(5), text: "n 5", sender: AYESHA }));
      tx.review(ROOM, at(0), (record) => idIn(record) !== id(2));
    });
    const texts = () =>
      store
        .page(ROOM, {}, 99, 0)
        .records.map((record) => (isBlank(record) ? "-" : new TextDecoder().decode(decodeRecord(record).body)));
    const [before, raw] = [texts(), store.range(ROOM, origin, 0, 9, 1e6)];
    expect(before).toEqual(["n 5", "of the sender's own node", "n 5", "-", "-"]);
    const told: boolean[] = [];
    store.onCommit(({ records }) => told.push(...records.map(isBlank)));
    store.renew(nothing);
    const again = store.range(ROOM, store.origin, 0, 9, 1e6);
    expect(again.map((record) => [idIn(record), decodeRecord(record).body])).toEqual(
      raw.map((record) => [idIn(record), decodeRecord(record).body]),
    );
    expect(texts()).toEqual(before);
    expect(told).toEqual([true, true, false]);
    expect(store.find(ROOM, id(3))?.origin).toBe(PUNJAB);
    await store.write(ROOM, (tx) => tx.review(ROOM, at(0), () => true));
    expect(texts()).toEqual(["n 5", "of the sender's own node", "n 5", "-", "n 2"]);
    expect(store.find(ROOM, id(2))).toEqual({ id: id(2), origin: store.origin, n: 1, stamp: at(2) });
  });

  test("a room of one province, and what others wrote, stay as they are", async () => {
    const store = fresh();
    const { origin } = store;
    await makeRoom(store, ["is", "pb"]);
    await store.write(ROOM, (tx) => tx.append(draft(), at(1), []));
    await store.write(ROOM, (tx) => tx.apply(foreign(PUNJAB, 1, at(2))));
    store.renew(nothing);
    expect([...store.heads(ROOM)].map(([of, { n }]) => [of, n])).toEqual([
      [origin, 1],
      [PUNJAB, 1],
    ]);
    expect(store.waiting().pb ?? 0).toBe(0);
  });

  test("nobody is sent more again than they were to have", async () => {
    const store = fresh();
    await store.write(ROOM, (tx) => {
      tx.putRoom({ id: ROOM, kind: "group", name: "R", home: "is", history: "joined", cseq: 1 });
      tx.putMembers(ROOM, [member(AYESHA, "is"), member(BILAL, "pb")]);
    });
    for (let i = 1; i <= 3; i++) await store.write(ROOM, (tx) => tx.append(draft(), at(i), ["pb"]));
    await store.write(ROOM, (tx) => {
      tx.putMembers(ROOM, [member(SANA, "sd")]);
      tx.grant(ROOM, "sd", at(3));
      tx.removeMembers(ROOM, [BILAL]);
    });
    await store.write(ROOM, (tx) => tx.append(draft(), at(4), ["sd"]));
    store.renew(nothing);
    const rows = store.outbox(store.fileOf(ROOM), 0, 99).map(({ dest, record }) => `${dest} ${placeIn(record).n}`);
    expect(rows.toSorted()).toEqual(["pb 1", "pb 2", "pb 3", "sd 3", "sd 4"]);
    expect([store.baseFor(ROOM, store.origin, "sd"), store.baseFor(ROOM, store.origin, "pb")]).toEqual([2, 0]);
    expect(store.hashAt(ROOM, store.origin, 2)).toMatch(/^[0-9a-f]{16}$/);
  });

  test("changes of a room are counted beyond those that were lost", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    const room = { kind: "group", name: "R", home: "is", history: "all" };
    const body = new TextEncoder().encode(JSON.stringify({ cseq: 1, room, members: [], removed: [] }));
    const change = { id: mintId(Date.now()), room: ROOM, sender: AYESHA, device: AYESHA, kind: KIND.control };
    const record = encodeRecord({ ...change, scheme: SCHEME.control, body });
    await store.write(ROOM, (tx) => tx.append(record, at(1), ["pb"]));
    const rooms: string[] = [];
    store.onCommit((committed) => rooms.push(...committed.rooms));
    store.renew(nothing);
    const [again] = store.range(ROOM, store.origin, 0, 9, 1e6).map(decodeRecord);
    const { cseq } = JSON.parse(new TextDecoder().decode(again?.body));
    expect(cseq).toBeGreaterThan(1e9);
    expect(store.room(ROOM)?.cseq).toBe(cseq);
    expect(rooms).toEqual([ROOM]);
  });

  test("the directory's log of a new life begins with what it is given, which hears how far the old ones count", async () => {
    const store = fresh();
    const { origin } = store;
    const entry = () => draft({ room: DIRECTORY_ROOM });
    await store.write(DIRECTORY_ROOM, (tx) => tx.append(entry(), at(1), ["pb"]));
    await store.write(DIRECTORY_ROOM, (tx) =>
      tx.mark([{ room: DIRECTORY_ROOM, holder: "pb", kind: "s", origin, n: 1 }], false),
    );
    const said = entry();
    await store.write(DIRECTORY_ROOM, (tx) => tx.append(said, at(2), ["pb"]));
    const first = entry();
    store.renew((follows) => {
      expect(follows).toEqual({ [origin]: 1 });
      return { record: first, stamp: at(5), dests: ["pb", "sd"] };
    });
    const records = store.range(DIRECTORY_ROOM, store.origin, 0, 9, 1e6);
    expect(records.map(idIn)).toEqual([idIn(first), idIn(said)]);
    expect(records.map((record) => placeIn(record).stamp)).toEqual([at(2), at(2)]);
    expect(store.waiting()).toEqual({ pb: 2, sd: 2 });
  });

  test("a claim to have stored an own event holds where it is this log, and no longer than it", async () => {
    const store = fresh();
    const { origin } = store;
    await makeRoom(store, ["is", "pb"]);
    for (let i = 1; i <= 300; i++) await store.write(ROOM, (tx) => tx.append(draft(), at(i), ["pb"]));
    const agrees = (n: number, hash?: string, of = origin) =>
      store.write(ROOM, (tx) => tx.agrees({ room: ROOM, holder: "pb", kind: "s", origin: of, n }, hash));
    for (const n of [300, 1, 7, 299, 3]) expect(await agrees(n, store.hashAt(ROOM, origin, n))).toBe(true);
    for (const n of [300, 1, 8]) expect(await agrees(n, "0123456789abcdef")).toBe(false);
    expect(await agrees(300)).toBe(true);
    expect(await agrees(301)).toBe(false);
    store.renew(nothing);
    expect(await agrees(301)).toBe(true);
    expect(await agrees(1, undefined, store.origin)).toBe(true);
    expect(await agrees(301, undefined, store.origin)).toBe(false);
  });

  test("what is here of one origin is told room by room", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    for (let n = 1; n <= 2; n++) await store.write(ROOM, (tx) => tx.apply(foreign(PUNJAB, n, at(n))));
    const file = store.fileOf(ROOM);
    const { hash } = store.heads(ROOM).get(PUNJAB) as { hash: string };
    expect(store.headsOf(file, PUNJAB, "", 9)).toEqual([{ room: ROOM, n: 2, hash }]);
    expect(store.headsOf(file, PUNJAB, ROOM, 9)).toEqual([]);
    expect(store.headsOf(file, store.origin, "", 9)).toEqual([]);
  });
}
