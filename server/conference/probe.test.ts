import { afterEach, expect, test } from "bun:test";
import type { Province } from "#protocol/ids";
import { randomOf } from "../testing/fleet-schedule.ts";
import { UdpProxy } from "../testing/udp-proxy.ts";
import { Prober } from "./probe.ts";
import { decodeProbe, encodeProbe, PROBE_BYTES } from "./probe-datagram.ts";
import { WayMeter } from "./probe-meter.ts";
import { until } from "../testing/until.ts";

/** Five questions a second for so long; each comes back after 40 ms unless it is lost. */
function measure(seconds: number, lost: (second: number, i: number) => boolean, meter = new WayMeter(), from = 0) {
  const states: string[] = [];
  for (let i = 0; i < seconds * 5; i++) {
    const at = from + i * 200;
    meter.asked(from * 5 + i, at);
    if (!lost(i / 5, i)) meter.answered(from * 5 + i, at + 40);
    states.push(meter.reading(at + 100).state);
  }
  const first = (state: string) => states.indexOf(state) / 5;
  return { meter, first, last: states.at(-1), states: states.filter((state, i) => state !== states[i - 1]) };
}

test("a way that loses nothing is clean after some seconds, and its round trip is known", () => {
  const { meter, first, states } = measure(10, () => false);
  expect(states).toEqual(["unknown", "clean"]);
  expect(first("clean")).toBeLessThan(4);
  expect(meter.reading(10_000)).toEqual({ state: "clean", loss: 0, rtt: 40 });
});

test("a way that carries nothing is lossy, not unknown", () => {
  const { first, last, meter } = measure(12, () => true);
  expect(last).toBe("lossy");
  expect(first("lossy")).toBeLessThan(9);
  expect(meter.reading(12_000)).toEqual({ state: "lossy", loss: 1, rtt: null });
});

test("a stutter, or one lost now and then, is borne", () => {
  expect(measure(60, (second) => second >= 20 && second < 21).states).toEqual(["unknown", "clean"]);
  expect(measure(300, (_second, i) => i % 500 === 250).states).toEqual(["unknown", "clean"]);
});

test("two in a hundred lost each way are seen within half a minute, one within a minute; one in two thousand hardly ever", () => {
  const seen = (share: number, seconds: number) => {
    let count = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const random = randomOf(seed);
      if (measure(seconds, () => random() < share).last === "lossy") count++;
    }
    return count;
  };
  expect(seen(0.04, 35)).toBeGreaterThanOrEqual(36);
  expect(seen(0.02, 60)).toBeGreaterThanOrEqual(32);
  expect(seen(0.001, 60)).toBeLessThanOrEqual(2);
});

test("what is late because this node stood still is not held against the way", () => {
  const meter = new WayMeter();
  const turn = (at: number, answered: boolean) => {
    meter.asked(at, at);
    if (answered) meter.answered(at, at + 40);
    return meter.reading(at).state;
  };
  for (let at = 0; at < 20_000; at += 200) turn(at, true);
  for (const stall of [20_000, 30_000, 40_000]) {
    for (let at = stall; at < stall + 1_000; at += 200) turn(at, false);
    meter.forgive(stall + 800);
    for (let at = stall + 5_000; at < stall + 10_000; at += 200) expect(turn(at, true)).toBe("clean");
  }
});

test("a lossy way is trusted again after a minute without loss, and not before", () => {
  const { meter, last } = measure(20, (_second, i) => i % 10 === 5);
  expect(last).toBe("lossy");
  const again = measure(90, () => false, meter, 20_000);
  expect(again.states).toEqual(["lossy", "clean"]);
  expect(again.first("clean")).toBeGreaterThan(58);
  expect(again.first("clean")).toBeLessThan(64);
  const spoiled = measure(20, (_second, i) => i % 10 === 5).meter;
  expect(measure(90, (_second, i) => i === 200, spoiled, 20_000).last).toBe("lossy");
});

const COOKIE = "0123456789abcdef".repeat(2);

test("what is no probe is none, and an answer is as long as its question", () => {
  const question = encodeProbe({ is: "question", cookie: COOKIE, seq: 7 });
  expect(question.length).toBe(PROBE_BYTES);
  expect(encodeProbe({ is: "answer", cookie: COOKIE, seq: 7 }).length).toBe(PROBE_BYTES);
  expect(decodeProbe(question)).toEqual({ is: "question", cookie: COOKIE, seq: 7 });
  for (const bad of [
    question.subarray(1),
    new Uint8Array(PROBE_BYTES),
    Uint8Array.of(...question, 0),
    new Uint8Array(),
  ])
    expect(decodeProbe(bad)).toBeUndefined();
});

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Two probers on this machine; the way from `is` to `pb` leads through a line that can be made bad. */
async function pair() {
  const probers = new Map<Province, Prober>();
  const ports = new Map<Province, number>();
  let up = true;
  for (const province of ["is", "pb"]) {
    const prober = new Prober({
      listen: { host: "127.0.0.1", port: 0 },
      mediaOf: (one) => ({ host: "127.0.0.1", probe: ports.get(one) as number }),
      isUp: () => up,
      tell: (to, cookie) => probers.get(to)?.hear(province, cookie),
      now: Date.now,
    });
    await prober.start();
    ends.push(() => prober.stop());
    probers.set(province, prober);
    ports.set(province, prober.port as number);
  }
  const line = await UdpProxy.start({ host: "127.0.0.1", port: ports.get("pb") as number });
  ends.push(() => line.stop());
  ports.set("pb", line.port);
  const at = (province: Province) => probers.get(province) as Prober;
  return {
    at,
    line,
    ports,
    link: (is: boolean) => {
      up = is;
    },
  };
}

test("over real sockets: a way is measured while it is watched, and seen to go bad", async () => {
  const { at, line } = await pair();
  line.set({ delay: 30 });
  await Bun.sleep(300);
  expect(line.counts("there").carried).toBe(0);
  at("is").watch(new Set(["pb"]));
  await until(() => at("is").reading("pb").state === "clean", "clean");
  expect(at("is").reading("pb").rtt).toBeGreaterThanOrEqual(60);
  line.set({ down: true });
  await until(() => at("is").reading("pb").state === "lossy", "lossy");
  at("is").watch(new Set());
  await Bun.sleep(250);
  const { lost } = line.counts("there");
  await Bun.sleep(450);
  expect(line.counts("there").lost).toBe(lost);
});

test("a province at whose port nobody listens loses what it is asked, and no other way or node is harmed", async () => {
  const { at, ports } = await pair();
  const closed = await Bun.udpSocket({ hostname: "127.0.0.1" });
  ports.set("sd", closed.port);
  closed.close();
  // The refusal comes back with whatever is sent next, to whomever that is.
  at("is").watch(new Set(["sd", "pb"]));
  await until(() => at("is").reading("pb").state === "clean", "clean");
  await until(() => at("is").reading("sd").state === "lossy", "lossy");
  expect(at("is").reading("pb").state).toBe("clean");
});

test("nobody is answered without the cookie that its node told, nor more than a little", async () => {
  const { at } = await pair();
  const heard: Uint8Array[] = [];
  const socket = await Bun.udpSocket({
    hostname: "127.0.0.1",
    socket: { data: (_socket, bytes) => void heard.push(bytes) },
  });
  ends.push(() => socket.close());
  const ask = (bytes: Uint8Array) => socket.send(bytes, at("is").port as number, "127.0.0.1");
  ask(encodeProbe({ is: "question", cookie: COOKIE, seq: 1 }));
  ask(encodeProbe({ is: "answer", cookie: COOKIE, seq: 1 }));
  ask(new Uint8Array(1200));
  at("is").hear("pb", "no cookie");
  await Bun.sleep(50);
  expect(heard).toEqual([]);
  at("is").hear("pb", COOKIE);
  for (let i = 0; i < 100; i++) ask(encodeProbe({ is: "question", cookie: COOKIE, seq: i }));
  await Bun.sleep(100);
  expect(heard.length).toBeGreaterThanOrEqual(20);
  expect(heard.length).toBeLessThanOrEqual(40);
});
