import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "./fleet-layout.ts";
import { endLeftover, FleetProcess, startTime } from "./fleet-process.ts";

const dir = mkdtempSync(join(tmpdir(), "beep-fleet-process-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A small server: `deaf` ignores SIGTERM, `broken` ends at once with a word. */
async function server(manner: "good" | "deaf" | "broken"): Promise<FleetProcess> {
  const [port] = (await freePorts(1)) as [number];
  const script = {
    good: "",
    deaf: "process.on('SIGTERM', () => {});",
    broken: "console.error('the disk is on fire'); process.exit(3);",
  }[manner];
  return new FleetProcess({
    name: `server ${manner}`,
    command: [
      process.execPath,
      "-e",
      `${script} Bun.serve({ port: ${port}, hostname: "127.0.0.1", fetch: () => new Response("ok") })`,
    ],
    log: join(dir, `${manner}.log`),
    pidFile: join(dir, `${manner}.pid`),
    ready: async () => (await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(300) })).ok,
  });
}

test("starts when it is ready, and stops on SIGTERM", async () => {
  const one = await server("good");
  await one.start();
  expect(one.running).toBe(true);
  expect(await one.plan.ready()).toBe(true);
  expect(await one.stop()).toBe(true);
  expect(one.running).toBe(false);
});

test("a process that ignores SIGTERM is killed in time", async () => {
  const one = await server("deaf");
  await one.start();
  expect(await one.stop(200)).toBe(false);
  expect(one.running).toBe(false);
});

test("a process that ends at once is told with its last words", async () => {
  const one = await server("broken");
  await expect(one.start()).rejects.toThrow("the disk is on fire");
});

test("a frozen process does not answer, and goes on when thawed", async () => {
  const one = await server("good");
  await one.start();
  one.freeze();
  expect(await one.plan.ready().catch(() => false)).toBe(false);
  one.thaw();
  await one.ready(3000);
  one.freeze();
  expect(await one.stop()).toBe(true);
});

test("a death nobody asked for is told", async () => {
  const one = await server("good");
  await one.start();
  const crashed = new Promise((resolve) => {
    one.onCrash = (_, signal) => resolve(signal);
  });
  process.kill(one.pid as number, "SIGKILL");
  expect(await crashed).toBe("SIGKILL");
  expect(one.running).toBe(false);
});

test("a leftover is ended, a stranger with the same pid is not", async () => {
  const one = await server("good");
  await one.start();
  const pid = one.pid as number;
  expect(readFileSync(one.plan.pidFile, "utf8")).toBe(`${pid} ${startTime(pid)}\n`);
  const stranger = join(dir, "stranger.pid");
  writeFileSync(stranger, `${pid} 12345\n`);
  expect(await endLeftover(stranger)).toBe(false);
  expect(one.running).toBe(true);
  expect(await endLeftover(one.plan.pidFile)).toBe(true);
  expect(await one.plan.ready().catch(() => false)).toBe(false);
});
