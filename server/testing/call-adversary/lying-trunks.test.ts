import { afterEach, expect, test } from "bun:test";
import type { CallId, SeatId } from "#protocol/call";
import { CascadeTrunks } from "../../conference/trunks.ts";
import type { Feed, MediaGateway } from "../../conference/ports.ts";
import { FakeWorld } from "../fake-gateway.ts";
import { MemoryPeers } from "../memory-peers.ts";
import { until } from "../until.ts";

const CALL: CallId = "c".repeat(32);
const ALI: SeatId = "a".repeat(16);
const PROVINCES = ["ba", "is", "pb"] as const;
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Two honest provinces; the third says what it likes, and has seats on all gateways. */
function open() {
  const world = new FakeWorld();
  const peers = new MemoryPeers(PROVINCES);
  const now = 1_000_000;
  const lives = new Map([[ALI, 1]]);
  const sit = (province: "is" | "pb") => {
    const gateway = world.add(province);
    const arrived: (Feed | null)[] = [];
    const trunks = new CascadeTrunks({
      province,
      gateways: (one): MediaGateway | undefined => (one === province ? gateway : undefined),
      hostOf: (one) => `${one}.test`,
      hosts: () => true,
      knows: ({ seat, life, home }) => lives.get(seat) === life && home === "is",
      peers: peers.of(province),
      now: () => now,
      later: (_ms, work) => queueMicrotask(work),
    });
    trunks.onArrived((_trunk, feed) => arrived.push(feed));
    trunks.start(false);
    ends.push(() => trunks.stop());
    return { gateway, trunks, arrived };
  };
  const liar = peers.of("ba");
  let n = 0;
  const wants = (to: string, ...wants: unknown[]) =>
    liar.send(to, { t: "call", is: "trunk", body: { is: "wants", life: "zzz", n: ++n, wants } });
  return { is: sit("is"), pb: sit("pb"), wants };
}

async function publishing({ gateway, trunks }: ReturnType<typeof open>["is"]) {
  const seat = await gateway.seat(CALL, ALI, 1, () => {});
  const { feed } = await seat.publish("v=0", [{ mid: "0", track: "mic" }]);
  gateway.mediaUp(ALI);
  trunks.published(CALL, feed, "is", ["ba", "pb"]);
}

const want = { call: CALL, seat: ALI, life: 1, home: "is" };

test("no province has media sent to another one's ports", async () => {
  const stage = open();
  await publishing(stage.is);
  const revs = async (to: string) => {
    stage.wants("is", { ...want, to, rev: 0, end: null });
    await Bun.sleep(10);
    const feeds = (stage.is.trunks as unknown as { outbound: { feeds: Map<string, { rev: number }> } }).outbound.feeds;
    return [...feeds.values()][0]?.rev ?? 0;
  };
  const end = { port: 5_353, rtcpPort: 5_354 };
  stage.wants("is", { ...want, to: "pb", rev: await revs("pb"), end });
  await Bun.sleep(20);
  expect(stage.is.gateway.calls.filter(([what]) => what === "forward")).toEqual([]);
  // To its own gateway it may.
  stage.wants("is", { ...want, to: "ba", rev: await revs("ba"), end: { ...end, host: "203.0.113.9" } });
  await until(() => stage.is.gateway.calls.some(([what]) => what === "forward"), "the forward");
  // and to no other host than the fleet's table names
  expect(stage.is.gateway.calls.find(([what]) => what === "forward")?.[4]).toMatchObject({ host: "ba.test" });
});

test("no guest takes a feed from those who have it by asking for a life or a home that is not", async () => {
  const stage = open();
  await publishing(stage.is);
  stage.pb.trunks.need({ ...want, to: "pb" });
  await until(() => stage.pb.arrived.length > 0, "the feed");
  const lies = [
    { ...want, life: 999, to: "pb", rev: 0, end: null },
    { ...want, home: "ba", to: "pb", rev: 0, end: null },
  ];
  stage.wants("pb", lies[0]);
  await Bun.sleep(20);
  stage.wants("pb", lies[1]);
  await Bun.sleep(20);
  expect(stage.pb.arrived.at(-1)).not.toBeNull();
  expect(stage.pb.trunks.size).toBe(1);
});

test("a flood of wants of what nobody has leaves nothing behind", async () => {
  const stage = open();
  for (let n = 0; n < 30; n++)
    stage.wants(
      "pb",
      ...Array.from({ length: 400 }, (_, i) => ({
        ...{ ...want, to: "pb", rev: 0, end: null },
        seat: (n * 400 + i).toString(16).padStart(16, "0"),
      })),
    );
  await Bun.sleep(50);
  const { inbound } = stage.pb.trunks as unknown as { inbound: { entries: Map<string, unknown> } };
  expect(inbound.entries.size).toBeLessThanOrEqual(400);
});
