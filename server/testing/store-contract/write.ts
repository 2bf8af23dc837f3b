import { expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { idIn, placeIn } from "#protocol/record";
import { AppError } from "../../domain/error.ts";
import type { Store, Tx } from "../../domain/ports.ts";
import { type Fresh, AYESHA, at, draft, id, makeRoom, member, PUNJAB, putRoom, ROOM, roomIn } from "./material.ts";

/** Everything of the store that a failed job might have left behind. */
const look = (store: Store) => ({
  room: store.room(ROOM),
  heads: store.heads(ROOM),
  marks: store.marks(ROOM),
  outbox: store.outbox(store.fileOf(ROOM), 0, 99),
  waiting: store.waiting(),
  base: store.baseFor(ROOM, store.origin, "sd"),
  versions: store.marksSince(store.fileOf(ROOM), "pb", 0, 99),
  cursor: store.cursor(store.fileOf(ROOM), "seq:pb"),
  rooms: store.roomsOf(AYESHA),
});

function damage(tx: Tx): never {
  const { origin } = tx.append(draft(), at(50), ["pb", "sd"]);
  tx.mark([{ room: ROOM, holder: AYESHA, kind: "r", origin: PUNJAB, n: 9 }], true);
  tx.mark([{ room: ROOM, holder: "pb", kind: "s", origin, n: 1 }], false);
  tx.putRoom({ id: ROOM, kind: "channel", name: "Wrong", home: "pb", history: "joined", cseq: 9 });
  tx.putMembers(ROOM, [member(id(0xdd), "gb")]);
  tx.removeMembers(ROOM, [AYESHA]);
  tx.grant(ROOM, "sd", at(2));
  tx.setCursor("seq:pb", 99);
  throw new Error("after writing");
}

export function writeRules(fresh: Fresh): void {
  test("jobs run and settle in the order in which they were queued", async () => {
    const store = fresh();
    const ran: number[] = [];
    const settled: number[] = [];
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        store
          .write(ROOM, (tx) => {
            ran.push(i);
            return tx.append(draft(), at(i), []).n;
          })
          .then((n) => {
            expect(n).toBe(i + 1);
            settled.push(i);
          }),
      ),
    );
    const order = Array.from({ length: 50 }, (_, i) => i);
    expect([ran, settled]).toEqual([order, order]);
  });

  test("listeners hear of a commit once, in commit order, before the writer does, until they are stopped", async () => {
    const store = fresh();
    const heard: string[] = [];
    const stop = store.onCommit(({ records }) => heard.push(...records.map((record) => `commit ${placeIn(record).n}`)));
    const records = [draft(), draft(), draft()];
    await Promise.all(
      records.map((record) =>
        store.write(ROOM, (tx) => tx.append(record, at(1), [])).then(({ n }) => heard.push(`ack ${n}`)),
      ),
    );
    const commits = heard.filter((word) => word.startsWith("commit"));
    expect(commits).toEqual(["commit 1", "commit 2", "commit 3"]);
    for (const n of [1, 2, 3]) expect(heard.indexOf(`commit ${n}`)).toBeLessThan(heard.indexOf(`ack ${n}`));
    stop();
    await store.write(ROOM, (tx) => tx.append(draft(), at(2), []));
    expect(heard).toHaveLength(6);
  });

  test("nothing is told of a job that changed nothing or failed", async () => {
    const store = fresh();
    await makeRoom(store, ["is"]);
    const told: unknown[] = [];
    store.onCommit((committed) => told.push(...Object.values(committed).flat()));
    await store.write(ROOM, (tx) => tx.room(ROOM)?.name);
    await store.write(ROOM, damage).catch(() => {});
    expect(told).toEqual([]);
  });

  test("a job that throws before writing rejects alone, with its own error", async () => {
    const store = fresh();
    const refusal = new AppError("forbidden", "Not a member.");
    const outcomes = await Promise.allSettled([
      store.write(ROOM, (tx) => tx.append(draft(), at(1), []).n),
      store.write(ROOM, () => {
        throw refusal;
      }),
      store.write(ROOM, (tx) => tx.append(draft(), at(2), []).n),
    ]);
    expect(outcomes).toEqual([
      { status: "fulfilled", value: 1 },
      { status: "rejected", reason: refusal },
      { status: "fulfilled", value: 2 },
    ]);
  });

  test("a job that throws after writing leaves nothing behind and does not hurt the others", async () => {
    const store = fresh();
    await makeRoom(store, ["is", "pb"]);
    await store.write(ROOM, (tx) => tx.append(draft(), at(1), ["pb"]));
    const before = look(store);
    await expect(store.write(ROOM, damage)).rejects.toThrow("after writing");
    expect(look(store)).toEqual(before);
    const [first, second] = [draft(), draft()];
    const outcomes = await Promise.allSettled([
      store.write(ROOM, (tx) => tx.append(first, at(2), ["pb"]).n),
      store.write(ROOM, damage),
      store.write(ROOM, (tx) => tx.append(second, at(3), ["pb"]).n),
      store.write(ROOM, damage),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
    expect(store.range(ROOM, store.origin, 1, 9, 1e6).map(idIn)).toEqual([idIn(first), idIn(second)]);
    expect(store.waiting()).toEqual({ pb: 3 });
    expect(store.room(ROOM)?.name).toBe("Flood cell");
  });

  test("a job may not answer a promise", async () => {
    const store = fresh();
    const job = (async (tx: Tx) => tx.append(draft(), at(1), [])) as unknown as (tx: Tx) => string;
    await expect(store.write(ROOM, job)).rejects.toThrow("promise");
    expect(store.heads(ROOM).size).toBe(0);
  });

  test("a transaction is of no use after its job", async () => {
    const store = fresh();
    const kept: Tx[] = [];
    await store.write(ROOM, (tx) => {
      kept.push(tx);
    });
    expect(() => putRoom(kept[0] as Tx, ["is"])).toThrow("over");
    expect(store.room(ROOM)).toBeUndefined();
  });

  test("a job keeps to the file of its room", async () => {
    const store = fresh("is", 2);
    const far = roomIn(store, 1 - store.fileOf(ROOM));
    await expect(store.write(ROOM, (tx) => tx.append(draft({ room: far }), at(1), []))).rejects.toThrow("another file");
    expect([store.files, store.fileOf(DIRECTORY_ROOM)]).toEqual([3, 2]);
  });

  test("a job sees what it and those before it wrote", async () => {
    const store = fresh();
    await Promise.all([
      makeRoom(store, ["is"]),
      store.write(ROOM, (tx) => {
        expect(tx.room(ROOM)?.name).toBe("Flood cell");
        const ack = tx.append(draft({ id: id(7) }), at(1), []);
        expect(tx.find(ROOM, id(7))).toEqual(ack);
        expect(tx.head(ROOM, store.origin).n).toBe(1);
      }),
    ]);
  });

  test("closing lets what is queued come to disk; later writes are told to wait", async () => {
    const store = fresh();
    const queued = store.write(ROOM, (tx) => tx.append(draft(), at(1), []).n);
    await store.close();
    expect(await queued).toBe(1);
    const late = await store.write(ROOM, () => 1).catch((error) => error);
    expect(late).toBeInstanceOf(AppError);
    expect(late.code).toBe("wait");
    await store.close();
  });
}
