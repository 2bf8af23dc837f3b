import { afterEach, expect, test } from "bun:test";
import { createSocket } from "node:dgram";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { refused } from "../../testing/gateway-contract-refused.ts";
import type { Feed } from "../ports.ts";
import { Arrivals, TrunkPorts } from "./arrivals.ts";
import { Control } from "./client.ts";
import { findInstallation } from "./installation.ts";
import type { Place } from "./place.ts";
import { endOrphan, type Running, spawnJanus } from "./process.ts";

const BINARY = process.env.BEEP_JANUS ?? Bun.which("janus") ?? "/usr/bin/janus";
const HOST = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && one.family === "IPv4" && !one.internal)?.address as string;
const base = 51_000 + Math.floor(Math.random() * 40) * 100;

const folders: string[] = [];
const left: Running[] = [];
afterEach(async () => {
  for (const running of left.splice(0)) await running.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<{ running: Running; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "beep-janus-"));
  folders.push(folder);
  const { parts } = findInstallation(BINARY);
  const rtpPorts = { from: base, to: base + 89 };
  const running = await spawnJanus({ binary: BINARY, parts, folder, name: "test", mediaHost: HOST, rtpPorts });
  left.push(running);
  return { running, folder };
}

test("what a killed node left running is ended by the next one", async () => {
  const { running, folder } = await start();
  expect(await endOrphan(folder)).toBe(true);
  expect(await running.exited).toContain("SIGKILL");
  expect(await endOrphan(folder)).toBe(false);
});

test("a process that only has the same number is left alone", async () => {
  const { running, folder } = await start();
  const file = join(folder, "janus.pid");
  const { pid, began } = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ pid, began: `${Number(began) - 1}` }));
  expect(await endOrphan(folder)).toBe(false);
  expect(() => process.kill(running.pid, 0)).not.toThrow();
});

test("its secret is in no log and on no command line", async () => {
  const { running, folder } = await start();
  await expect(
    Control.open({ url: `ws://127.0.0.1:${running.port}/`, secret: "wrong", lost: () => {} }),
  ).rejects.toThrow();
  expect(readFileSync(join(folder, "janus.log"), "utf8")).not.toContain(running.secret);
  expect(readFileSync(`/proc/${running.pid}/cmdline`, "utf8")).not.toContain(running.secret);
});

test("a ghost of a feed, and ports that are taken, do not stand in its way", async () => {
  const { running } = await start();
  const control = await Control.open({
    url: `ws://127.0.0.1:${running.port}/`,
    secret: running.secret,
    lost: () => {},
  });
  const desk = await control.attach(() => {});
  const call = "0123456789abcdef0123456789abcdef";
  await desk.request({ request: "create", room: call, admin_key: running.secret, publishers: 10 });
  const place: Place = {
    call,
    canEncryptHop: false,
    attach: (hear) => control.attach(hear),
    ask: (body) => desk.request({ ...body, room: call }),
    locate: () => undefined,
    changed: () => {},
  };
  const taken = createSocket("udp4");
  await new Promise<void>((resolve) => taken.bind(base + 60, "0.0.0.0", resolve));
  const detail = { type: "audio", codec: "opus", mindex: 2 };
  const feed: Feed = { seat: "00000000000000b1", life: 1, streams: [{ mid: "2", track: "mic", detail }] };
  const ports = () => new TrunkPorts({ from: base + 60, to: base + 89 });
  const before = new Arrivals(place, HOST, ports());
  const first = await before.accept(feed);
  expect(first.port).toBeGreaterThan(base + 60);
  expect(first.port).toBeLessThan(base + 90);
  expect(await before.accept(feed)).toEqual(first);
  const after = new Arrivals(place, HOST, ports()); // of a conference that has forgotten the first
  const second = await after.accept(feed);
  expect(second.port).toBeGreaterThan(base + 60);
  expect(after.locate({ seat: feed.seat, life: 1, mid: "2" })).toEqual({ feed: "00000000000000b1.1", mid: "2" });
  const endless: Feed = { ...feed, life: 2, streams: [{ mid: "0", track: "mic", detail: { ...detail, mindex: 1e9 } }] };
  await refused(after.accept(endless), "fix");
  const { data } = await place.ask({ request: "listparticipants" });
  expect((data.participants as unknown[]).length).toBe(1);
  taken.close();
  await control.close();
});
