import { expect, test } from "bun:test";
import { changeLogContract } from "./change-log-contract.ts";
import { MemoryNetwork } from "./memory-links.ts";

const PROVINCES = ["is", "pb", "sd"];

changeLogContract("the change log in memory", async () => {
  const network = new MemoryNetwork(PROVINCES);
  // the contract waits for deliveries; the fuzz makes them by hand
  const timer = setInterval(async () => {
    for (let n = network.pending(); n > 0; n--) void network.deliver(Math.random);
  }, 1);
  return {
    open: async (province) => network.restart(province),
    cut: (a, b) => network.cut(a, b),
    heal: (a, b) => network.heal(a, b),
    loseInbox: async (reader, from) => network.loseInbox(reader, from),
    close: async () => clearInterval(timer),
  };
});

test("nothing moves until it is delivered, and a cut link has nothing pending", async () => {
  const network = new MemoryNetwork(PROVINCES);
  const heard: string[] = [];
  network.port("pb").changeLog.subscribe("is", { life: 0, seq: 0 }, async ({ bytes }) => {
    heard.push(Buffer.from(bytes).toString());
  });
  network.port("pb").peers.listen((_, bytes) => heard.push(Buffer.from(bytes).toString()));
  await network.port("is").changeLog.append([{ dest: "pb", shard: 0, file: 0, last: 1, bytes: Buffer.from("log") }]);
  network.port("is").peers.send("pb", Buffer.from("live"));
  expect([heard.length, network.pending()]).toEqual([0, 2]);
  network.cut("pb", "is");
  expect(network.pending()).toBe(0);
  expect(await network.deliver(() => 0)).toBe(false);
  network.heal("is", "pb");
  expect(await network.deliver(() => 0)).toBe(true);
  expect(heard).toEqual(["log"]);
  expect(network.pending()).toBe(0);
});

test("the same seed delivers in the same order and loses the same live messages", async () => {
  const run = async (seed: number) => {
    const network = new MemoryNetwork(PROVINCES, 0.5);
    const heard: string[] = [];
    for (const from of ["is", "sd"]) {
      network.port("pb").changeLog.subscribe(from, { life: 0, seq: 0 }, async ({ bytes }) => {
        heard.push(Buffer.from(bytes).toString());
      });
    }
    network.port("pb").peers.listen((_, bytes) => heard.push(Buffer.from(bytes).toString()));
    for (const from of ["is", "sd"]) {
      for (let i = 0; i < 20; i++) {
        await network
          .port(from)
          .changeLog.append([{ dest: "pb", shard: 0, file: 0, last: i, bytes: Buffer.from(`${from}${i}`) }]);
        network.port(from).peers.send("pb", Buffer.from(`live ${from}${i}`));
      }
    }
    const random = mulberry(seed);
    while (await network.deliver(random));
    return heard;
  };
  const first = await run(7);
  expect(await run(7)).toEqual(first);
  expect(await run(8)).not.toEqual(first);
  expect(first.filter((text) => /^is/.test(text))).toEqual(Array.from({ length: 20 }, (_, i) => `is${i}`));
  expect(first.filter((text) => /^live/.test(text)).length).toBeLessThan(40);
});

function mulberry(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
