import { afterEach, expect, test } from "bun:test";
import type { CallId, SeatId } from "#protocol/call";
import { FakeGateway, FakeWorld } from "../testing/fake-gateway.ts";
import { randomOf } from "../testing/fleet-schedule.ts";
import { refused } from "../testing/gateway-contract-refused.ts";
import { MemoryPeers } from "../testing/memory-peers.ts";
import type { SeatEvent } from "./ports.ts";
import { RemoteGateway } from "./remote-gateway.ts";
import { GatewayHost } from "./remote-gateway-host.ts";
import { readGatewayBody } from "./remote-gateway-message.ts";

const CALL: CallId = "c".repeat(32);
const ALI: SeatId = "a".repeat(16);
const SANA: SeatId = "b".repeat(16);
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** One seated far away, over a line that a test makes bad. */
function sit(faults?: ConstructorParameters<typeof MemoryPeers>[1]) {
  const peers = new MemoryPeers(["is", "pb"], faults);
  const far = new FakeGateway("is", new FakeWorld());
  const admitted = new Set<SeatId>([ALI, SANA]);
  let now = 1_000_000;
  const hostAt = () =>
    new GatewayHost({
      gateway: far,
      peers: peers.of("is"),
      hostOf: (one) => (one === "pb" ? "10.0.0.2" : undefined),
      admits: (_from, _call, seat) => admitted.has(seat),
      taken: (_call, seat) => seat === "9".repeat(16),
      now: () => now,
    });
  const remoteAt = () => new RemoteGateway({ province: "is", peers: peers.of("pb"), now: () => now });
  const parts = { host: hostAt(), remote: remoteAt() };
  const begin = () => {
    parts.remote.start(false);
    parts.host.start(false);
  };
  begin();
  ends.push(() => {
    parts.host.stop();
    parts.remote.stop();
  });
  const pass = async (ms: number) => {
    for (const end = now + ms; now < end; ) {
      now += 250;
      parts.host.tick();
      parts.remote.tick();
      await Bun.sleep(1);
    }
  };
  const done = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    const end = () => {
      over = true;
    };
    work.then(end, end);
    for (let i = 0; i < 100 && !over; i++) await pass(250);
    return work;
  };
  const hostAnew = () => {
    peers.restart("is");
    parts.host = hostAt();
    parts.host.start(false);
  };
  const remoteAnew = () => {
    peers.restart("pb");
    parts.remote = remoteAt();
    parts.remote.start(false);
  };
  return { peers, far, admitted, parts, pass, done, hostAnew, remoteAnew };
}
/** Of all that ever sat there, those who do now. */
const seated = (gateway: FakeGateway) =>
  [...new Set(gateway.calls.filter(([what]) => what === "seat").map(([, , seat]) => seat as SeatId))].filter((seat) => {
    try {
      gateway.speak(seat, false);
      return true;
    } catch {
      return false;
    }
  });

test("through a line that loses, doubles and delays, each thing is done once and told in order", async () => {
  const { far, parts, pass, done } = sit({ random: randomOf(11), loss: 0.2, twice: 0.3, late: 0.3 });
  await pass(10_000);
  const heard: SeatEvent[] = [];
  const seat = await done(parts.remote.seat(CALL, ALI, 1, (event) => heard.push(event)));
  for (let i = 0; i < 20; i++) {
    await done(seat.publish("v=0", [{ mid: `${i}`, track: "mic" }]));
    far.speak(ALI, i % 2 === 0);
  }
  await pass(6_000);
  expect(far.calls.filter(([what]) => what === "seat").length).toBe(1);
  expect(
    far.calls.filter(([what]) => what === "publish").map(([, , tracks]) => (tracks as { mid: string }[])[0]?.mid),
  ).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
  expect(heard).toEqual(Array.from({ length: 20 }, (_, i) => ({ is: "speaking", on: i % 2 === 0 })));
  await done(seat.leave());
  await pass(5_000);
  expect(seated(far)).toEqual([]);
});

test("a link that is down for a moment loses nothing; down for longer, all that was there is let go of", async () => {
  const { far, parts, pass, peers, done } = sit();
  await pass(2_000);
  const heard: SeatEvent[] = [];
  const seat = await done(parts.remote.seat(CALL, ALI, 1, (event) => heard.push(event)));
  const { life } = parts.remote.state() as { life: number };
  peers.cut("is", "pb");
  expect(parts.remote.state()).toMatchObject({ at: "lost", life });
  await refused(seat.want([]), "wait");
  far.speak(ALI, true);
  await pass(5_000);
  peers.heal("is", "pb");
  await pass(2_000);
  expect(parts.remote.state()).toEqual({ at: "up", life });
  expect(heard).toEqual([{ is: "speaking", on: true }]);
  expect(await done(seat.want([]))).toBeNull();

  peers.cut("is", "pb");
  await pass(17_000);
  expect(seated(far)).toEqual([]);
  peers.heal("is", "pb");
  await pass(2_500);
  expect(parts.remote.state()).toEqual({ at: "up", life: life + 1 });
  await refused(seat.want([]), "conflict");
});

test("who is not heard for long is down, and comes back with another life", async () => {
  const { parts, pass, peers, done } = sit();
  await pass(2_000);
  await done(parts.remote.seat(CALL, ALI, 1, () => {}));
  const { life } = parts.remote.state() as { life: number };
  peers.hole("is", "pb");
  await pass(6_000);
  expect(parts.remote.state()).toMatchObject({ at: "lost" });
  await pass(21_000);
  expect(parts.remote.state()).toMatchObject({ at: "down" });
  await refused(
    parts.remote.seat(CALL, ALI, 2, () => {}),
    "wait",
  );
  peers.heal("is", "pb");
  await pass(3_000);
  expect(parts.remote.state()).toEqual({ at: "up", life: life + 1 });
});

test("whichever node begins anew, nothing of before stays", async () => {
  const { far, parts, pass, done, hostAnew, remoteAnew } = sit();
  await pass(2_000);
  await done(parts.remote.seat(CALL, ALI, 1, () => {}));
  const { life } = parts.remote.state() as { life: number };
  parts.host.stop();
  hostAnew();
  await pass(3_000);
  expect(parts.remote.state()).toEqual({ at: "up", life: life + 1 });
  expect(seated(far)).toEqual([]);
  await done(parts.remote.seat(CALL, ALI, 2, () => {}));
  parts.remote.stop();
  remoteAnew();
  await pass(3_000);
  await done(parts.remote.seat(CALL, SANA, 1, () => {}));
  expect(seated(far)).toEqual([SANA]);
});

test("only seats of that province's leg are let in, and one that is no longer of it is cut off", async () => {
  const { far, parts, pass, done, admitted, peers } = sit();
  await pass(2_000);
  await refused(done(parts.remote.seat(CALL, "d".repeat(16), 1, () => {})), "wait");
  expect(seated(far)).toEqual([]);
  const late = parts.remote.seat(CALL, "e".repeat(16), 1, () => {});
  await pass(1_000);
  admitted.add("e".repeat(16));
  peers.of("pb").send("is", { t: "call", is: "leg" }); // which comes a second later
  await late; // and without another turn of the clock
  const heard: SeatEvent[] = [];
  await done(parts.remote.seat(CALL, ALI, 1, (event) => heard.push(event)));
  admitted.delete(ALI);
  await pass(12_000);
  expect(heard).toEqual([{ is: "gone", why: "its place is over" }]);
  expect(seated(far)).toEqual(["e".repeat(16)]);
});

test("media of a seat here goes to no host but the fleet's, and only its own is forwarded", async () => {
  const { far, parts, pass, done } = sit();
  await pass(2_000);
  const end = { host: "203.0.113.9", port: 20_000, rtcpPort: 20_001 };
  await refused(done(parts.remote.forward(CALL, SANA, "pb", end)), "conflict");
  const seat = await done(parts.remote.seat(CALL, ALI, 1, () => {}));
  await done(seat.publish("v=0", [{ mid: "0", track: "mic" }]));
  far.mediaUp(ALI);
  await done(parts.remote.forward(CALL, ALI, "pb", end));
  expect(far.calls.filter(([what]) => what === "forward").map((call) => call[4])).toEqual([
    { ...end, host: "10.0.0.2" },
  ]);
  await refused(done(parts.remote.forward(CALL, ALI, "kp", end)), "forbidden");
  await refused(done(parts.remote.accept("d".repeat(32), { seat: SANA, life: 1, streams: [] })), "conflict");
  await refused(done(parts.remote.accept(CALL, { seat: "9".repeat(16), life: 1, streams: [] })), "wait");
});

test("bodies that are none are passed over", () => {
  const ask = { do: "publish", call: CALL, seat: ALI, life: 1, sdp: "v=0", tracks: [{ mid: "0", track: "mic" }] };
  const body = (one: unknown) => ({ is: "ask", session: "s", n: 1, low: 1, heard: 0, ask: one });
  expect(readGatewayBody(body(ask))).toBeDefined();
  const bad = [
    { ...ask, call: "x" },
    { ...ask, sdp: "x".repeat(200_000) },
    { ...ask, tracks: [{ mid: "0", track: "spy" }] },
    { ...ask, do: "toString" },
    { do: "forward", call: CALL, seat: ALI, to: "pb", end: { port: 22, rtcpPort: 23 } },
    { do: "want", call: CALL, seat: ALI, life: 1, feeds: Array(500).fill({ seat: SANA, life: 1, mid: "0" }) },
    null,
  ];
  for (const one of bad) expect(readGatewayBody(body(one))).toBeUndefined();
  for (const one of [null, "x", { is: "ask" }, { is: "state", node: "n", n: 1, state: { at: "up" }, freed: null }])
    expect(readGatewayBody(one)).toBeUndefined();
});
