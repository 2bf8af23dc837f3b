import { afterEach, beforeEach, expect, test } from "bun:test";
import type { CallId, SeatId } from "#protocol/call";
import { GatewayHost } from "../../conference/remote-gateway-host.ts";
import { type FakeGateway, FakeWorld } from "../fake-gateway.ts";
import { MemoryPeers } from "../memory-peers.ts";

// A province that has one seat on our gateway, and asks for more.

const CALL: CallId = "c".repeat(32);
const OTHER: CallId = "d".repeat(32);
const OURS: SeatId = "a".repeat(16);
const THEIRS: SeatId = "b".repeat(16);

let gateway: FakeGateway;
let host: GatewayHost;
let ask: (ask: Record<string, unknown>) => void;
let told: { is: string; to: number; error?: { code: string } }[];
let now: number;
beforeEach(async () => {
  now = 1_000_000;
  const peers = new MemoryPeers(["ba", "pb"]);
  gateway = new FakeWorld().add("pb");
  host = new GatewayHost({
    ...{ gateway, peers: peers.of("pb"), now: () => now },
    hostOf: (province) => (province === "zz" ? undefined : `${province}.test`),
    admits: (from, call, seat) => from === "ba" && call === CALL && (seat === THEIRS || seat.startsWith("00")),
    taken: () => false,
  });
  host.start(false);
  const liar = peers.of("ba");
  told = [];
  let n = 0;
  liar.listen((_, message) => {
    const { body } = message as { body: { is: string; told: typeof told } };
    if (body.is === "told") told.push(...body.told);
  });
  ask = (what) =>
    liar.send("pb", {
      t: "call",
      is: "gateway",
      body: { is: "ask", session: "s", n: ++n, low: n, heard: 0, ask: what },
    });
  const ours = await gateway.seat(CALL, OURS, 1, () => {});
  await ours.publish("v=0", [{ mid: "0", track: "mic" }]);
  gateway.mediaUp(OURS);
  ask({ do: "seat", call: CALL, seat: THEIRS, life: 1 });
  await Bun.sleep(10);
  gateway.calls.length = 0;
});
afterEach(() => host.stop());

const asked = (what: string) => gateway.calls.filter(([name]) => name === what);

test("our own seats are neither taken, spoken for, ended, forwarded nor overlaid", async () => {
  const of = { call: CALL, seat: OURS, life: 1 };
  for (const act of [
    { do: "seat", ...of, life: 999 },
    { do: "publish", ...of, sdp: "v=0", tracks: [] },
    { do: "mute", ...of, mid: "0", on: true },
    { do: "want", ...of, feeds: [] },
    { do: "leave", ...of },
    { do: "forward", call: CALL, seat: OURS, to: "ba", end: { port: 5_000, rtcpPort: 5_001 } },
    { do: "unforward", call: CALL, seat: OURS, to: "ba" },
    { do: "accept", call: CALL, feed: { seat: OURS, life: 2, streams: [] } },
    { do: "drop", call: CALL, seat: OURS },
    { do: "close", call: CALL },
    { do: "close", call: OTHER },
    { do: "seat", call: OTHER, seat: THEIRS, life: 1 },
    { do: "accept", call: OTHER, feed: { seat: THEIRS, life: 1, streams: [] } },
  ])
    ask(act);
  await Bun.sleep(20);
  expect(gateway.sends(OURS)).toBe(true);
  for (const what of ["publish", "mute", "forward", "unforward", "accept", "close"]) expect(asked(what)).toEqual([]);
  expect(asked("leave")).toEqual([["leave", THEIRS]]);
});

test("media goes to no host that the fleet's table does not name", async () => {
  ask({ do: "publish", call: CALL, seat: THEIRS, life: 1, sdp: "v=0", tracks: [{ mid: "0", track: "mic" }] });
  ask({ do: "forward", call: CALL, seat: THEIRS, to: "zz", end: { port: 5_000, rtcpPort: 5_001 } });
  ask({
    do: "forward",
    call: CALL,
    seat: THEIRS,
    to: "ba",
    end: { port: 5_000, rtcpPort: 5_001, host: "203.0.113.9" },
  });
  await Bun.sleep(20);
  for (const forward of asked("forward")) expect(forward[4]).toMatchObject({ host: "ba.test" });
});

test("a hundred thousand seats, asks and questions for figures are bounded", async () => {
  for (let n = 0; n < 5_000; n++) {
    ask({ do: "seat", call: CALL, seat: `00${n.toString(16).padStart(14, "0")}`, life: 1 });
    if (n % 10 === 0) ask({ do: "stats" });
  }
  await Bun.sleep(100);
  const seats = new Set(asked("seat").map(([, , seat]) => seat));
  expect(seats.size).toBeLessThanOrEqual(200);
  expect(asked("stats").length).toBeLessThanOrEqual(2);
});

test("a province that never hears what it is told is let go of, with all it has", async () => {
  for (let n = 0; n < 3_000; n++) ask({ do: "unforward", call: CALL, seat: OURS, to: "ba" });
  await Bun.sleep(50);
  now += 250;
  host.tick();
  await Bun.sleep(20);
  expect(asked("leave")).toEqual([["leave", THEIRS]]);
  expect(gateway.sends(OURS)).toBe(true);
});
