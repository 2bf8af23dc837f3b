import { afterEach, expect, test } from "bun:test";
import type { udp } from "bun";
import { randomOf } from "./fleet-schedule.ts";
import { UdpProxy } from "./udp-proxy.ts";
import { until } from "./until.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function socket(hear: (bytes: Buffer, port: number, socket: udp.Socket<"buffer">) => void) {
  const made = await Bun.udpSocket({
    hostname: "127.0.0.1",
    socket: { data: (self, bytes, port) => hear(Buffer.from(bytes), port, self) },
  });
  open.push(made);
  return made;
}

/** An echo behind a proxy, and one who asks through it. */
async function line() {
  const echo = await socket((bytes, port, self) => void self.send(bytes, port, "127.0.0.1"));
  const proxy = await UdpProxy.start({ host: "127.0.0.1", port: echo.port }, {}, randomOf(7));
  open.push({ close: () => proxy.stop() });
  const heard: string[] = [];
  const asker = await socket((bytes) => void heard.push(bytes.toString()));
  const send = (text: string) => asker.send(text, proxy.port, "127.0.0.1");
  return { proxy, heard, send };
}

test("carries both ways, in order, each once; two who speak do not hear each other's answers", async () => {
  const { proxy, heard, send } = await line();
  const other: string[] = [];
  const second = await socket((bytes) => void other.push(bytes.toString()));
  for (let i = 0; i < 20; i++) send(`a${i}`);
  second.send("b", proxy.port, "127.0.0.1");
  await until(() => heard.length >= 20 && other.length >= 1);
  expect(heard).toEqual(Array.from({ length: 20 }, (_, i) => `a${i}`));
  expect(other).toEqual(["b"]);
  expect(proxy.counts("there")).toEqual({ carried: 21, lost: 0 });
});

test("loses a share, one way or both, or everything", async () => {
  const { proxy, heard, send } = await line();
  proxy.set({ loss: 0.3 }, "back");
  for (let i = 0; i < 300; i++) {
    send(`${i}`);
    // the kernel's own buffers must not lose any
    if (i % 25 === 0) await Bun.sleep(4);
  }
  await until(() => heard.length + proxy.counts("back").lost >= 300);
  expect(proxy.counts("there").lost).toBe(0);
  expect(proxy.counts("back").lost).toBeGreaterThan(60);
  expect(heard.length).toBe(300 - proxy.counts("back").lost);
  proxy.set({ down: true });
  heard.length = 0;
  send("x");
  await Bun.sleep(30);
  expect(heard).toEqual([]);
  proxy.heal();
  send("y");
  await until(() => heard.length > 0);
  expect(heard).toEqual(["y"]);
});

test("delay counts each way, jitter does not overtake", async () => {
  const { proxy, heard, send } = await line();
  proxy.set({ delay: 40, jitter: 15 });
  const begun = performance.now();
  for (let i = 0; i < 10; i++) send(`${i}`);
  await until(() => heard.length > 0);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(80);
  await until(() => heard.length >= 10);
  expect(heard).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`));
});

test("a limit is kept, and what would wait too long is lost", async () => {
  const { proxy, heard, send } = await line();
  proxy.set({ kbps: 64, queue: 200 }, "there");
  // 64 kb/s carry 200 ms of 200-byte datagrams: 25 ms each, about eight
  for (let i = 0; i < 30; i++) send("z".repeat(172));
  await until(() => heard.length + proxy.counts("there").lost >= 30);
  expect(heard.length).toBeGreaterThanOrEqual(8);
  expect(heard.length).toBeLessThanOrEqual(10);
  expect(proxy.counts("there").lost).toBe(30 - heard.length);
});
