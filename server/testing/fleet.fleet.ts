import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNatsServer } from "../ops/fleet-nats.ts";
import { run } from "./fleet-run.ts";
import { FleetWorld } from "./fleet-world.ts";

const dir = mkdtempSync(join(tmpdir(), "beep-fleet-"));
let world: FleetWorld;

beforeAll(async () => {
  const natsServer = findNatsServer();
  if (!natsServer) throw new Error("No fit nats-server is here; ./scripts/test brings one.");
  world = await FleetWorld.start(dir, ["is", "pb", "sd"], natsServer);
});

afterAll(async () => {
  await world?.stop();
  rmSync(dir, { recursive: true, force: true });
});

// These have found faults in the product once; scripts/fleet runs as many more as there is time for.
for (const seed of [6, 15, 20])
  test(`seed ${seed}: nothing lost, doubled, moved or strayed, and all of it everywhere in time`, async () => {
    const result = await run(world, { seed, ms: 6_000, withinMs: 10_000 });
    const { lost, duplicated, misordered, strayed, unconverged, findings } = result;
    expect({ lost, duplicated, misordered, strayed, unconverged, findings }).toEqual({
      lost: 0,
      duplicated: 0,
      misordered: 0,
      strayed: 0,
      unconverged: 0,
      findings: [],
    });
    expect(result.messages).toBeGreaterThan(100);
  });
