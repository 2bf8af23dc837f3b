import { expect, spyOn, test } from "bun:test";
import { mintId, type PersonId, type RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import { until } from "../until.ts";
import { encodeMessage } from "../../replication/message.ts";
import { Replicator } from "../../replication/replicator.ts";
import { MemoryNetwork } from "../memory-links.ts";
import type { House } from "./house.ts";
import { onBothStores } from "./stores.ts";

const ELSEWHERE = "zz-000000000";
const random = () => mintId(Math.floor(Math.random() * 2 ** 40));
const shared = async (house: House): Promise<RoomId> => {
  const room = house.id();
  const members = [house.bilal, house.evil];
  await house.is.change(house.amna, room, { op: "create", kind: "group", name: "All", history: "all", members });
  await house.is.say(house.amna, room, "for all");
  await house.quiet();
  return room;
};

onBothStores("what a hostile province may cost (R162)", (open) => {
  test("rooms that it invents: neither memory nor a turn of the wheel grows with them", async () => {
    const house = await open();
    const room = await shared(house);
    for (let i = 0; i < 20_000; i++) house.say("is", { t: "owed", room: random(), origin: house.origin, n: 1 });
    await house.quiet(2);
    const looked = spyOn(house.is.store, "heads");
    house.time += 5_000;
    for (let i = 0; i < 20; i++) {
      looked.mockClear();
      house.time += 250;
      house.is.turn();
      expect(looked.mock.calls.length).toBeLessThan(200);
      await house.settle();
    }
    looked.mockRestore();
    // Others are fetched from meanwhile.
    house.forgets = true;
    await house.sd.say(house.bilal, room, "lost on the way");
    await house.settle();
    house.forgets = false;
    await house.quiet(30);
    expect(house.is.log(room).at(-1)).toEndWith("lost on the way");
  });

  test("marks name only rooms, members and origins that are there, and come no further than what is there", async () => {
    const house = await open();
    const room = await shared(house);
    const closed = await house.closedRoom();
    const { origin } = house.is.store;
    const { n } = house.is.store.heads(room).get(origin) ?? { n: 0 };
    const before = [room, closed].map((id) => house.is.store.marks(id));
    const origins = [house.is.store.origin, house.sd.store.origin, house.origin, ELSEWHERE];
    const holders: PersonId[] = [house.evil, house.bilal, house.amna, random()];
    const marks: Mark[] = [];
    for (const id of [room, closed, random()])
      for (const origin of origins)
        for (const far of [1, 2 ** 32 - 1]) {
          for (const holder of holders)
            for (const kind of ["d", "r"] as const) marks.push({ room: id, holder, kind, origin, n: far });
          for (const holder of ["pb", "is", "sd", "zz"]) marks.push({ room: id, holder, kind: "s", origin, n: far });
        }
    for (let i = 0; i < 3_000; i++)
      marks.push({ room, holder: random(), kind: "r", origin: house.is.store.origin, n: 1 });
    let since = 0;
    for (let i = 0; i < marks.length; i += 900)
      house.say("is", {
        t: "marks",
        origin: house.origin,
        file: 0,
        since,
        upto: ++since,
        marks: marks.slice(i, i + 900),
      });
    await house.quiet(30);
    expect(house.is.store.marks(closed)).toEqual(before[1] ?? []);
    const told = house.is.store.marks(room).filter((mark) => !before[0]?.some((old) => Bun.deepEquals(old, mark)));
    // Stored marks of what was never written began a new life (R166), and ended the former one's log.
    const heads = house.is.store.heads(room);
    const ends = [n, heads.get(origin)?.n];
    for (const mark of told)
      if (["is", "sd"].includes(mark.holder)) {
        expect([origin, house.is.store.origin]).toContain(mark.origin);
        expect(mark.n).toBe(heads.get(mark.origin)?.n as number);
      } else {
        expect([house.evil, house.bilal, house.amna, "pb"]).toContain(mark.holder);
        expect(mark.origin).toBe(origin);
        expect(ends).toContain(mark.n);
      }
    for (const { room: id } of marks)
      if (id !== room && id !== closed) {
        expect(house.is.store.marks(id)).toEqual([]);
        expect(house.is.store.heads(id).size).toBe(0);
      }
    // What is said now counts as unread all the same.
    const unread = house.is.store.unread(room, house.bilal);
    await house.is.say(house.amna, room, "not read by anybody");
    expect(house.is.store.unread(room, house.bilal)).toBe(unread + 1);
  });

  test("a mark that comes before the event it tells of counts once that is there", async () => {
    const house = await open();
    const room = await shared(house);
    house.network.cut("is", "sd");
    await house.is.say(house.amna, room, "heard in Punjab first");
    await house.settle();
    const { origin } = house.is.store;
    const { n } = house.is.store.heads(room).get(origin) ?? { n: 0 };
    const mark: Mark = { room, holder: house.evil, kind: "r", origin, n };
    house.say("sd", { t: "marks", origin: house.origin, file: 0, since: 0, upto: 1, marks: [mark] });
    await house.quiet(3);
    expect(house.sd.store.marks(room, house.evil)).not.toContainEqual(mark);
    house.network.heal("is", "sd");
    await house.quiet(30);
    expect(house.sd.store.marks(room, house.evil)).toContainEqual(mark);
  });

  test("questions for marks are answered a batch at a time, however often they come", async () => {
    const house = await open();
    const rooms = Array.from({ length: 5 }, () => house.id());
    for (const room of rooms) {
      await house.is.change(house.amna, room, {
        op: "create",
        kind: "group",
        name: "Own",
        history: "all",
        members: [],
      });
      await house.is.store.write(room, (tx) =>
        tx.mark(
          Array.from({ length: 900 }, (_, i) => ({
            ...{ room, holder: random(), kind: "r" as const },
            ...{ origin: house.is.store.origin, n: i + 1 },
          })),
          true,
        ),
      );
    }
    await house.quiet();
    const read = spyOn(house.is.store, "marksSince");
    for (let i = 0; i < 50; i++) house.say("is", { t: "ask-marks", file: 0, since: 0 });
    await house.quiet(2);
    for (const [, , , limit] of read.mock.calls) expect(limit).toBeLessThanOrEqual(1_000);
    // One batch each, and one for each file and province whenever marks go out.
    expect(read.mock.calls.length).toBeLessThan(50 + 2 * 2 * 2 * 2 + 1);
    read.mockRestore();
  });
});

test("a province over its allowance is heard slowly, with an alarm, and loses nothing; others do not wait (R162)", async () => {
  const provinces = ["is", "pb", "sd"];
  const network = new MemoryNetwork(provinces);
  const { openHouse } = await import("../house-under-test.ts");
  const house = openHouse("is", provinces);
  const alarms: string[] = [];
  const heard: string[] = [];
  const wall = { ms: house.wall.ms };
  const { changeLog, peers } = network.port("is");
  const replicator = new Replicator({
    store: house.store,
    rooms: house.rooms,
    clock: { observe: () => {}, aheadOf: () => 0 } as never,
    log: changeLog,
    channel: peers,
    peers: ["pb", "sd"],
    now: () => wall.ms,
    alarm: (what) => alarms.push(what),
    verify: () => false,
    signer: { key: "", sign: () => "" },
    remind: async () => {},
    renew: () => {},
    allowance: { bytes: 2_000, rows: 100_000, cpu: 100_000 },
    timers: false,
  });
  await replicator.start();
  replicator.onLive((from, message) => heard.push(`${from} ${(message as { i: number }).i}`));
  const say = (from: string, i: number, padding: number) =>
    network
      .port(from)
      .peers.send("is", encodeMessage({ t: "live", message: { i, padding: "x".repeat(padding) } } as never));
  for (let i = 0; i < 8; i++) say("pb", i, 1_000);
  for (let i = 0; i < 8; i++) say("sd", i, 10);
  while (await network.deliver(() => 0));
  await until(() => heard.filter((line) => line.startsWith("sd")).length === 8);
  expect(heard.filter((line) => line.startsWith("pb")).length).toBeLessThan(8);
  expect(alarms).toEqual(["over-quota"]);
  expect(replicator.slowed()).toEqual({ pb: 1, sd: 0 });
  wall.ms += 10 * 60_000;
  await until(() => heard.length === 16);
  expect(heard.filter((line) => line.startsWith("pb"))).toEqual(Array.from({ length: 8 }, (_, i) => `pb ${i}`));
  await replicator.stop();
  await house.store.close();
});
