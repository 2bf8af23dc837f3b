import { expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { RoomLog } from "./log.ts";

const HOME = "is-aaaaaaaaa";
const GUEST = "pb-bbbbbbbbb";
const ID = "0123456789abcdef0123456789abcdef";

const record = (origin: string, n: number, stamp: number) =>
  encodeRecord({
    id: mintId(stamp),
    room: ID,
    sender: ID,
    device: ID,
    kind: KIND.message,
    scheme: SCHEME.clear,
    body: new Uint8Array(1),
    origin,
    n,
    stamp,
  });
const seen = (log: RoomLog) => log.visible().map(({ origin, n }) => `${origin.slice(0, 2)}${n}`);

/** The room at home holds is1 … is4; Punjab came in with is3, under the policy `joined`. */
const all = [1, 2, 3, 4].map((n) => record(HOME, n, n * 10));

for (const kept of [false, true])
  test(`what a guest province withheld is there again at home${kept ? ", after a restart too" : ""}`, () => {
    let log = new RoomLog();
    log.learn({ [HOME]: { base: 2, n: 4 } });
    log.restart(all.slice(2).reverse(), false, { [HOME]: { base: 2, n: 4 } });
    expect(seen(log)).toEqual(["is3", "is4"]);
    if (kept) {
      const chunk = [...log.chunks.dirty][0] as [number, Uint8Array[]];
      log = new RoomLog(JSON.parse(JSON.stringify(log.row())));
      log.learn({ [HOME]: { base: 0, n: 4 } });
      if (log.chunks.unloaded !== undefined) log.chunks.load(...chunk);
    } else log.learn({ [HOME]: { base: 0, n: 4 } });
    expect(log.hasOlder).toBe(true);
    if (!log.ready) log.restart(all.slice().reverse(), false, { [HOME]: { base: 0, n: 4 } });
    else {
      expect(log.before()).toEqual({ [HOME]: 3 });
      log.older(all.slice(0, 2).reverse(), false);
    }
    expect(seen(log)).toEqual(["is1", "is2", "is3", "is4"]);
    log.learn({ [HOME]: { base: 0, n: 4 } });
    expect(log.hasOlder).toBe(false);
  });

test("an origin that was first met with a later base is asked for what lies before it", () => {
  const log = new RoomLog();
  log.learn({ [HOME]: { base: 0, n: 1 } });
  log.restart([all[0] as Uint8Array], false, { [HOME]: { base: 0, n: 1 } });
  log.learn({ [HOME]: { base: 0, n: 1 }, [GUEST]: { base: 5, n: 6 } });
  log.resume([record(GUEST, 6, 60)]);
  expect(seen(log)).toEqual(["is1", "pb6"]);
  log.learn({ [HOME]: { base: 0, n: 1 }, [GUEST]: { base: 0, n: 6 } });
  expect(log.hasOlder).toBe(true);
  expect(log.before()).toEqual({ [HOME]: 1, [GUEST]: 6 });
});

test("where the same node withholds the same, nothing is asked again", () => {
  const log = new RoomLog();
  log.learn({ [HOME]: { base: 2, n: 4 } });
  log.restart(all.slice(2).reverse(), false, { [HOME]: { base: 2, n: 4 } });
  log.learn({ [HOME]: { base: 2, n: 4 } });
  expect(log.hasOlder).toBe(false);
});

test("events that came before the node told where their origin begins are taken in all the same", () => {
  const log = new RoomLog();
  log.learn({ [HOME]: { base: 0, n: 1 } });
  log.restart([all[0] as Uint8Array], false, { [HOME]: { base: 0, n: 1 } });
  expect(log.take([record(GUEST, 6, 60), record(GUEST, 7, 70)])).toEqual([]);
  log.learn({ [HOME]: { base: 0, n: 1 }, [GUEST]: { base: 5, n: 7 } });
  expect(log.hole()?.origin).toBe(GUEST);
  expect(log.accept(GUEST).map(({ n }) => n)).toEqual([6, 7]);
  expect(log.hole()).toBeUndefined();
});
