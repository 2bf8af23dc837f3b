import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endAll, runCommand } from "./command.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "beep-command-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const alive = (pid: number): boolean => {
  try {
    // A process that ended but was not yet collected still answers to signal 0.
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

const pidIn = (log: string): number => Number(readFileSync(log, "utf8").match(/pid (\d+)/)?.[1]);

test("keeps the output and the exit code", async () => {
  const log = join(folder, "plain.log");
  const outcome = await runCommand(["sh", "-c", "echo out; echo err >&2; exit 3"], log, 5000);
  expect(outcome).toEqual({ code: 3, timedOut: false, leftovers: false });
  expect(readFileSync(log, "utf8")).toContain("out\nerr\n");
});

test("past its time it ends with all it started", async () => {
  const log = join(folder, "slow.log");
  const outcome = await runCommand(["sh", "-c", "sleep 60 & echo pid $!; wait"], log, 300);
  expect(outcome.timedOut).toBe(true);
  expect(alive(pidIn(log))).toBe(false);
});

test("what it left running is ended, and told", async () => {
  const log = join(folder, "left.log");
  const outcome = await runCommand(["sh", "-c", "sleep 60 & echo pid $!"], log, 10_000);
  expect(outcome).toEqual({ code: 0, timedOut: false, leftovers: true });
  expect(alive(pidIn(log))).toBe(false);
});

test("an interrupted run leaves nothing behind", async () => {
  const log = join(folder, "stopped.log");
  const run = runCommand(["sh", "-c", "sleep 60 & echo pid $!; wait"], log, 10_000);
  while (!readFileSync(log, "utf8").includes("pid ")) await Bun.sleep(10);
  await endAll();
  await run;
  expect(alive(pidIn(log))).toBe(false);
});
