import { expect, test } from "bun:test";
import { encodeRecord, placeIn, roomIn, splitRecords } from "#protocol/record";
import type { ChangeLog, LogFrame, OutboxRow } from "../domain/ports.ts";
import { shardOf } from "../domain/shard.ts";
import { MemoryStore } from "../testing/memory-store.ts";
import { framesOf, Publisher } from "./publisher.ts";

const id = (n: number) => n.toString(16).padStart(32, "0");
const row = (pos: number, dest: string, room: number, size = 100): OutboxRow => ({
  pos,
  dest,
  record: encodeRecord({
    id: id(pos),
    room: id(room),
    sender: id(7),
    device: id(8),
    kind: 1,
    scheme: 1,
    body: new Uint8Array(size),
    origin: "is-000000000",
    n: pos,
    stamp: pos,
  }),
});

test("frames part by destination and shard, keep the order within, and name the last position of all", () => {
  const rows = [row(1, "pb", 1), row(1, "sd", 1), row(2, "pb", 2), row(3, "pb", 1)];
  const frames = framesOf(rows, 4);
  const told = Object.fromEntries(
    frames.map((f) => [`${f.dest} ${f.shard}`, splitRecords(f.bytes)?.map((r) => placeIn(r).n)]),
  );
  expect(told).toEqual({
    [`pb ${shardOf(id(1))}`]: [1, 3],
    [`pb ${shardOf(id(2))}`]: [2],
    [`sd ${shardOf(id(1))}`]: [1],
  });
  expect(frames.every((f) => f.file === 4 && f.last === 3)).toBe(true);
});

test("no frame passes 256 KiB, and none holds two shards", () => {
  const rows = Array.from({ length: 60 }, (_, i) => row(i + 1, "pb", i % 3, 30_000));
  const frames = framesOf(rows, 0);
  expect(Math.max(...frames.map((f) => f.bytes.length))).toBeLessThanOrEqual(256 * 1024);
  const seen: number[] = [];
  for (const frame of frames)
    for (const record of splitRecords(frame.bytes) ?? []) {
      expect(shardOf(roomIn(record))).toBe(frame.shard);
      seen.push(placeIn(record).n);
    }
  expect(seen.sort((a, b) => a - b)).toEqual(rows.map((r) => r.pos));
});

test("a publisher that starts again goes on behind what the log already has, and then carries what comes", async () => {
  const store = new MemoryStore({ province: "is" });
  const room = id(1);
  const say = (n: number) =>
    store.write(room, (tx) => {
      const { record } = row(n, "pb", 1);
      tx.putRoom({ id: room, kind: "group", name: "", home: "is", history: "all", cseq: 1 });
      return tx.append(record, n, ["pb"]);
    });
  for (const n of [1, 2, 3]) await say(n);
  const file = store.fileOf(room);
  const second = store.outbox(file, 0, 9)[1]?.pos as number;
  const carried: number[] = [];
  const log = {
    published: async () => second,
    append: async (frames: readonly LogFrame[]) => {
      for (const { bytes } of frames) for (const one of splitRecords(bytes) ?? []) carried.push(placeIn(one).n);
    },
  } as unknown as ChangeLog;
  const failures: unknown[] = [];
  const publisher = new Publisher(
    store,
    log,
    file,
    () => "signed",
    (error) => failures.push(error),
  );
  await publisher.start();
  await say(4);
  publisher.wake();
  await Bun.sleep(0);
  await publisher.stop();
  expect([carried, failures]).toEqual([[3, 4], []]);
});

test("the signed ends of one frame fit into a header of the log, however many rooms have news (R200)", () => {
  const rows = Array.from({ length: 2_048 }, (_, i) => row(i + 1, "pb", (i + 1) * 16, 0));
  const frames = framesOf(rows, 0);
  const logs = frames.map((frame) => new Set(splitRecords(frame.bytes)?.map(roomIn)).size);
  expect(logs.reduce((sum, n) => sum + n, 0)).toBe(2_048);
  const most = Math.max(...logs);
  const end = { room: id(1), origin: "is-000000000", n: 4_000_000_000, digest: "d".repeat(64) };
  const path = Array.from({ length: 10 }, () => "e".repeat(64));
  const signed = { ends: Array.from({ length: most }, () => end), path, signature: "s".repeat(88) };
  expect(JSON.stringify(signed).length).toBeLessThan(60_000);
});

test("each log that goes out whole is signed, all of one append together; one that goes on is signed at its end (R200)", async () => {
  const store = new MemoryStore({ province: "is" });
  const rooms = [id(1), id(2), id(3)];
  const say = (room: string, n: number, size = 10) =>
    store.write(room, (tx) => {
      const { record } = row(n, "pb", rooms.indexOf(room) + 1, size);
      tx.putRoom({ id: room, kind: "group", name: "", home: "is", history: "all", cseq: 1 });
      return tx.append(record, n, ["pb", "sd"]);
    });
  for (const [n, room] of [...rooms, ...rooms].entries()) await say(room, n + 1);
  for (let n = 10; n < 30; n++) await say(rooms[0] as string, n, 30_000);
  let signatures = 0;
  const appended: LogFrame[] = [];
  const log = {
    published: async () => 0,
    append: async (frames: readonly LogFrame[]) => void appended.push(...frames),
  } as unknown as ChangeLog;
  const sign = () => `signature ${++signatures}`;
  const publisher = new Publisher(store, log, store.fileOf(id(1)), sign, (error) => expect(error).toBeUndefined());
  await publisher.start();
  await publisher.stop();
  expect(signatures).toBe(1);
  for (const dest of ["pb", "sd"]) {
    const ends = appended.filter((frame) => frame.dest === dest).flatMap(({ signed }) => signed?.ends ?? []);
    expect(ends.toSorted((a, b) => (a.room < b.room ? -1 : 1))).toEqual(
      rooms.map((room) => {
        const n = store.heads(room).get(store.origin)?.n ?? 0;
        return { room, origin: store.origin, n, digest: store.digest(room, store.origin) };
      }),
    );
  }
});
