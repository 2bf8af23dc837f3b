import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNatsServer } from "../../ops/fleet-nats.ts";
import { probeHostile, type ProbeOptions } from "./run.ts";

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function probe(only: readonly string[], more: Partial<ProbeOptions> = {}) {
  const natsServer = findNatsServer();
  if (!natsServer) throw new Error("No fit nats-server is here; ./scripts/test brings one.");
  const dir = mkdtempSync(join(tmpdir(), "beep-hostile-"));
  dirs.push(dir);
  return probeHostile({ ...{ dir, natsServer, only }, provinces: ["is", "pb", "sd"], seed: 1, ...more });
}

test("a hostile province writes, orders and enters nothing in another's name, and nobody loses anything by it", async () => {
  const { attacks, succeeded, harm, blind } = await probe(["records", "control", "directory", "replay", "links"]);
  expect({ succeeded, harm, blind }).toEqual({ succeeded: [], harm: [], blind: [] });
  expect(attacks).toBeGreaterThan(100);
});

test("where the nodes believe everybody, the probe says so", async () => {
  const { succeeded, isGood } = await probe(["records"], {
    env: { BUN_OPTIONS: `--preload=${join(import.meta.dir, "open-door.ts")}` },
  });
  expect(isGood).toBe(false);
  for (const standing of ["closed", "post", "reader", "removed"])
    expect(succeeded.filter((words) => words.startsWith(`records: in ${standing} as author`)).length).toBeGreaterThan(
      0,
    );
});
