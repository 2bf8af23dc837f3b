import { afterEach, expect, test } from "bun:test";
import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { FleetProvince } from "../fleet.ts";
import { FakeWorld } from "../testing/fake-gateway.ts";
import { MemoryPeers } from "../testing/memory-peers.ts";
import { UdpProxy } from "../testing/udp-proxy.ts";
import type { CallState } from "./deciding.ts";
import { type Joined, joinProvinces } from "./trunks-provinces.ts";
import { until } from "../testing/until.ts";

const CALL: CallId = "c".repeat(32);
const ALI: SeatId = "a".repeat(16);
const SANA: SeatId = "b".repeat(16);
const PROVINCES: Province[] = ["is", "pb", "sd"];

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A free UDP port, with a moment in which another could take it. */
async function freePort(): Promise<number> {
  const socket = await Bun.udpSocket({ hostname: "127.0.0.1" });
  const { port } = socket;
  socket.close();
  return port;
}

/** Three provinces with real probers; the way from anywhere to `pb` leads over a line that can be made bad. */
async function country() {
  const world = new FakeWorld();
  const peers = new MemoryPeers(PROVINCES);
  const ports = new Map<Province, number>();
  for (const province of PROVINCES) ports.set(province, await freePort());
  const line = await UdpProxy.start({ host: "127.0.0.1", port: ports.get("pb") as number });
  ends.push(() => line.stop());
  const table = (own: Province): FleetProvince[] =>
    PROVINCES.map((code) => ({
      code,
      name: { en: code, ur: code },
      nodes: [`http://${code}.test`],
      media: { host: "127.0.0.1", probe: code === "pb" && own !== "pb" ? line.port : (ports.get(code) as number) },
    }));
  const joined = new Map<Province, Joined>();
  for (const province of PROVINCES) {
    const one = joinProvinces({
      province,
      provinces: table(province),
      own: world.add(province),
      listen: "127.0.0.1",
      peers: peers.of(province),
      admits: () => true,
      now: Date.now,
      log: (_level, event, fields) => expect(`${event} ${JSON.stringify(fields)}`).toBe("no failure"),
    });
    one.start();
    ends.push(() => one.stop());
    joined.set(province, one);
  }
  return { world, peers, line, at: (province: Province) => joined.get(province) as Joined };
}

const call = (seats: Record<Province, number>, place?: CallState["place"]): CallState => ({
  call: CALL,
  room: "d".repeat(32),
  kind: "group",
  began: "is",
  seats: new Map(Object.entries(seats)),
  place,
});

test("a seat on another province's gateway, and a feed over a trunk, both through the nodes", async () => {
  const { at, world } = await country();
  const far = at("pb").gateways("is");
  await until(() => far?.state().at === "up", "the far gateway");
  expect(at("pb").gateways("pb")).toBe(world.gateways.get("pb") as never);
  expect(at("pb").gateways("kp")).toBeUndefined();
  const seat = await far?.seat(CALL, ALI, 1, () => {});
  const published = await seat?.publish("v=0", [{ mid: "0", track: "mic" }]);
  world.gateways.get("is")?.mediaUp(ALI);
  // Ali speaks to the node of Punjab, his media stands on the gateway of Islamabad, and Sindh wants it.
  at("pb").trunks.published(CALL, published?.feed as never, "is", PROVINCES);
  const arrived: unknown[] = [];
  at("sd").trunks.onArrived((_trunk, feed) => arrived.push(feed));
  at("sd").trunks.need({ call: CALL, seat: ALI, life: 1, home: "pb", to: "sd" });
  await until(() => arrived.length > 0, "the feed in Sindh");
  expect(at("sd").readings().trunks).toBe(1);
  expect(world.gateways.get("is")?.calls.find(([what]) => what === "forward")).toMatchObject([
    "forward",
    CALL,
    ALI,
    "sd",
    { host: "127.0.0.1" },
  ]);
  const sana = await world.gateways.get("sd")?.seat(CALL, SANA, 1, () => {});
  expect(await sana?.want([{ seat: ALI, life: 1, mid: "0" }])).not.toBeNull();
});

test("a seat that stands elsewhere gets what crosses to there, once for all who want it", async () => {
  const { at, world } = await country();
  await until(() => at("pb").gateways("is")?.state().at === "up", "the far gateway");
  const there = world.gateways.get("sd");
  const ali = await there?.seat(CALL, ALI, 1, () => {});
  const published = await ali?.publish("v=0", [{ mid: "0", track: "mic" }]);
  there?.mediaUp(ALI);
  at("sd").trunks.published(CALL, published?.feed as never, "sd", PROVINCES);
  // Sana's node is that of Punjab, whose gateway is gone: she stands in Islamabad, whose people want Ali too.
  const trunk = { call: CALL, seat: ALI, life: 1, home: "sd", to: "is" };
  const arrived: string[] = [];
  for (const province of ["is", "pb"])
    at(province).trunks.onArrived((_trunk, feed) => arrived.push(`${province} ${feed?.life}`));
  at("pb").trunks.need(trunk);
  await Bun.sleep(100);
  expect(arrived).toEqual([]); // nobody of hers is there yet
  await at("pb")
    .gateways("is")
    ?.seat(CALL, SANA, 1, () => {});
  await until(() => arrived.length === 1, "the feed for Punjab");
  at("is").trunks.need(trunk);
  await until(() => arrived.length === 2, "the feed for both");
  expect(arrived.sort()).toEqual(["is 1", "pb 1"]);
  expect(world.gateways.get("is")?.calls.filter(([what]) => what === "accept").length).toBe(1);
  expect(there?.calls.filter(([what]) => what === "forward").length).toBe(1);
  at("sd").trunks.unpublished(CALL, ALI);
  await until(() => arrived.length === 4, "its end for both");
});

test("a way that others see going bad brings the call to one gateway", async () => {
  const { at, line } = await country();
  const { placement } = at("is");
  const seats = { is: 1, pb: 1, sd: 1 };
  let place = placement(call(seats));
  expect(place).toEqual({ mode: "cascade" });
  await until(() => {
    place = placement(call(seats, place));
    return Object.keys(at("sd").readings().trunkLoss).length === 2;
  }, "ways that are measured");
  expect(place).toEqual({ mode: "cascade" });
  line.set({ loss: 0.5 });
  await until(() => {
    place = placement(call(seats, place));
    return place.mode === "one";
  }, "one gateway");
  // Both others see a lossy way to Punjab.
  expect(place).not.toEqual({ mode: "one", at: "pb" });
  expect(at("sd").readings().trunkLoss.pb).toBeGreaterThan(0);
});
