import { afterEach, expect, test } from "bun:test";
import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import { FakeWorld } from "../testing/fake-gateway.ts";
import { MemoryPeers } from "../testing/memory-peers.ts";
import type { Trunk } from "./deciding.ts";
import type { Feed, GatewaySeat } from "./ports.ts";
import { CascadeTrunks } from "./trunks.ts";
import { readTrunkBody } from "./trunks-message.ts";
import { until } from "../testing/until.ts";

const CALL: CallId = "c".repeat(32);
const ALI: SeatId = "a".repeat(16);
const SANA: SeatId = "b".repeat(16);

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Two or three provinces over gateways without media; a clock that runs when told. */
function sit(provinces: readonly Province[] = ["is", "pb"], paused = false) {
  const world = new FakeWorld();
  const peers = new MemoryPeers(provinces);
  let now = 1_000_000;
  const made = provinces.map((province) => {
    const gateway = world.add(province);
    const trunks = new CascadeTrunks({
      province,
      gateways: (one) => (one === province ? gateway : undefined),
      hostOf: (one) => `${one}.test`,
      hosts: () => true,
      peers: peers.of(province),
      now: () => now,
      ...(!paused && { later: (_ms: number, work: () => void) => queueMicrotask(work) }),
    });
    const arrived: (Feed | null)[] = [];
    trunks.onArrived((_trunk, feed) => arrived.push(feed));
    trunks.start(false);
    ends.push(() => trunks.stop());
    return [province, { gateway, trunks, arrived }] as const;
  });
  const at = new Map(made);
  const pass = async (ms: number) => {
    for (const end = now + ms; now < end; ) {
      now += 250;
      for (const { trunks } of at.values()) trunks.tick();
      await Bun.sleep(1);
    }
  };
  return { peers, pass, at: (province: Province) => at.get(province) as (typeof made)[number][1] };
}

/** Ali publishes at `is`. */
async function publishing({ at }: ReturnType<typeof sit>, to: Province[] = ["is", "pb"], life = 1) {
  const { gateway, trunks } = at("is");
  const seat = await gateway.seat(CALL, ALI, life, () => {});
  const { feed } = await seat.publish("v=0", [{ mid: "0", track: "mic" }]);
  gateway.mediaUp(ALI);
  trunks.published(CALL, feed, "is", to);
  return { seat, feed };
}
const trunk = (to: Province, life = 1): Trunk => ({ call: CALL, seat: ALI, life, home: "is", to });
const asked = (calls: unknown[][], what: string) => calls.filter(([name]) => name === what).length;

async function receiving(seat: GatewaySeat, feed: Feed) {
  expect(await seat.want([{ seat: ALI, life: feed.life, mid: "0" }])).not.toBeNull();
  await seat.answer("v=0");
}

test("a wanted feed comes within a few messages and flows; nothing crosses before it is wanted", async () => {
  const call = sit();
  const { feed } = await publishing(call);
  const { gateway, trunks, arrived } = call.at("pb");
  await Bun.sleep(5);
  expect(call.peers.sent).toBe(0);
  trunks.need(trunk("pb"));
  await until(() => arrived.length > 0, "the feed");
  expect(arrived).toEqual([feed]);
  expect(call.peers.sent).toBeLessThanOrEqual(6);
  await receiving(await gateway.seat(CALL, SANA, 1, () => {}), feed);
  expect(gateway.flowing(SANA)).toEqual(["0"]);
  expect(trunks.holds(CALL, ALI)).toBe(true);
});

test("a feed crosses once however often it is wanted, and is let go some seconds after nobody wants it", async () => {
  const call = sit();
  const { gateway, trunks, arrived } = call.at("pb");
  trunks.need(trunk("pb"));
  await call.pass(1000);
  const { feed } = await publishing(call);
  await until(() => arrived.length > 0, "the feed");
  trunks.need(trunk("pb"));
  trunks.release(trunk("pb"));
  await call.pass(2000);
  trunks.need(trunk("pb"));
  await call.pass(8000);
  expect(arrived).toEqual([feed, feed]); // told again to who asked again
  expect(asked(gateway.calls, "accept")).toBe(1);
  expect(asked(call.at("is").gateway.calls, "forward")).toBe(1);
  trunks.release(trunk("pb"));
  await call.pass(6000);
  expect(asked(gateway.calls, "drop")).toBe(1);
  expect(asked(call.at("is").gateway.calls, "unforward")).toBe(1);
  expect(trunks.holds(CALL, ALI)).toBe(false);
  const before = call.peers.sent;
  await call.pass(5000);
  expect(call.peers.sent).toBe(before);
});

test("a province that may not have a feed gets none, and media goes to no host but the fleet's", async () => {
  const call = sit(["is", "pb", "sd"]);
  await publishing(call, ["is", "pb"]);
  call.at("sd").trunks.need(trunk("sd"));
  call.at("pb").trunks.need(trunk("pb"));
  await call.pass(3000);
  expect(call.at("sd").arrived).toEqual([]);
  const forwards = call.at("is").gateway.calls.filter(([what]) => what === "forward");
  expect(forwards.map(([, , , to, end]) => [to, (end as { host: string }).host])).toEqual([["pb", "pb.test"]]);
});

test("streams that change, a new life, and a seat that leaves: the old is gone before the new is told", async () => {
  const call = sit();
  const { feed, seat } = await publishing(call);
  const { trunks, arrived } = call.at("pb");
  trunks.need(trunk("pb"));
  await until(() => arrived.length === 1, "the feed");
  const more = await seat.publish("v=0", [
    { mid: "0", track: "mic" },
    { mid: "1", track: "camera" },
  ]);
  call.at("is").trunks.published(CALL, more.feed, "is", ["is", "pb"]);
  await until(() => arrived.length === 3, "both streams");
  expect(arrived).toEqual([feed, null, more.feed]);
  const again = await publishing(call, ["is", "pb"], 2);
  await until(() => arrived.length === 4, "the old life's end");
  trunks.need(trunk("pb", 2));
  await until(() => arrived.length === 5, "the new life");
  expect(arrived.slice(3)).toEqual([null, again.feed]);
  call.at("is").trunks.unpublished(CALL, ALI);
  await until(() => arrived.at(-1) === null, "the end");
});

test("a link that dies ends it on both sides, and brings it back when it heals", async () => {
  const call = sit();
  await publishing(call);
  const { gateway, trunks, arrived } = call.at("pb");
  trunks.need(trunk("pb"));
  await until(() => arrived.length === 1, "the feed");
  call.peers.cut("is", "pb");
  await call.pass(4000);
  expect(arrived.length).toBe(1); // the quick way may falter while media goes on
  await call.pass(7000);
  expect(arrived.at(-1)).toBeNull();
  expect(asked(gateway.calls, "drop")).toBe(1);
  expect(asked(call.at("is").gateway.calls, "unforward")).toBe(1);
  call.peers.heal("is", "pb");
  await until(() => arrived.at(-1) !== null, "it comes again");
});

test("a receiving gateway that begins anew is given the feed again", async () => {
  const call = sit();
  const { feed } = await publishing(call);
  const { gateway, trunks, arrived } = call.at("pb");
  trunks.need(trunk("pb"));
  await until(() => arrived.length === 1, "the feed");
  gateway.die();
  expect(arrived.at(-1)).toBeNull();
  gateway.restart();
  await call.pass(1500);
  expect(arrived).toEqual([feed, null, feed]);
  await receiving(await gateway.seat(CALL, SANA, 1, () => {}), feed);
  expect(gateway.flowing(SANA)).toEqual(["0"]);
});

test("many that are wanted at once take few messages", async () => {
  const call = sit(["is", "pb"], true);
  const { gateway } = call.at("is");
  const seats = Array.from({ length: 60 }, (_, i) => i.toString(16).padStart(16, "0"));
  for (const seat of seats) {
    const { feed } = await (await gateway.seat(CALL, seat, 1, () => {})).publish("v=0", [{ mid: "0", track: "mic" }]);
    gateway.mediaUp(seat);
    call.at("is").trunks.published(CALL, feed, "is", ["is", "pb"]);
  }
  for (const seat of seats) call.at("pb").trunks.need({ ...trunk("pb"), seat });
  await until(() => call.at("pb").arrived.length === seats.length, "all of them");
  expect(call.peers.sent).toBeLessThanOrEqual(20);
});

test("bodies that are none, and ports of system services, are passed over", () => {
  const want = { call: CALL, seat: ALI, life: 1, home: "is", to: "pb", rev: 0, end: null };
  const wants = (...list: unknown[]) => ({ is: "wants", life: "x", n: 1, wants: list });
  expect(readTrunkBody(wants(want))).toBeDefined();
  expect(readTrunkBody(wants({ ...want, end: { port: 20_000, rtcpPort: 20_001 } }))).toBeDefined();
  for (const end of [{ port: 22, rtcpPort: 20_001 }, { port: 20_000 }, { port: 70_000, rtcpPort: 1 }, "x", undefined])
    expect(readTrunkBody(wants({ ...want, end }))).toBeUndefined();
  for (const bad of [{ ...want, seat: "x" }, { ...want, life: -1 }, { ...want, to: "../" }, null, 7])
    expect(readTrunkBody(wants(want, bad))).toBeUndefined();
  for (const body of [
    null,
    7,
    "wants",
    { is: "wants" },
    { is: "else", life: "x", n: 1 },
    wants(...Array(401).fill(want)),
  ])
    expect(readTrunkBody(body)).toBeUndefined();
  const news = { call: CALL, seat: ALI, life: 1, to: "pb", is: "streams", rev: 1 };
  const told = (one: unknown) => ({ is: "news", life: "x", n: 1, m: 1, news: [one] });
  expect(readTrunkBody(told({ ...news, streams: [{ mid: "0", track: "mic", detail: {} }] }))).toBeDefined();
  expect(readTrunkBody(told({ ...news, streams: [{ mid: "0", track: "spy", detail: {} }] }))).toBeUndefined();
});
