import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findNatsServer } from "../server/ops/fleet-nats.ts";
import { provinceCodes } from "../server/ops/province-names.ts";
import { isGood, type RunResult, run } from "../server/testing/fleet-run.ts";
import { FleetWorld } from "../server/testing/fleet-world.ts";

const HELP = `Breaks a fleet of real processes by seeded schedules, and judges from outside what is left of it.
  --seeds N       how many seeds to run (1)
  --from S        the first seed (1)
  --provinces P   how many provinces, 1 to 7 (3)
  --seconds T     how long people write and things break, per seed (6)
  --within MS     how soon after the last healing all must be everywhere (10000)
  --reuse K       seeds that share one fleet, each with new rooms (10)
  --verbose       the faults of each seed
Ends with one line; a failing seed tells how to run it again, and its folder is kept.`;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    from: { type: "string", default: "1" },
    provinces: { type: "string", default: "3" },
    seconds: { type: "string", default: "6" },
    within: { type: "string", default: "10000" },
    reuse: { type: "string", default: "10" },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const [seeds, from, provinces, seconds, within, reuse] = (
  ["seeds", "from", "provinces", "seconds", "within", "reuse"] as const
).map((name) => {
  const value = Number(values[name]);
  if (!(value > 0)) fail(`--${name} must be a number above 0, not "${values[name]}".`);
  return value;
}) as [number, number, number, number, number, number];
if (provinces > 7) fail("There are seven provinces: --provinces 1 to 7.");
const natsServer = findNatsServer();
if (!natsServer) fail("No fit nats-server is here. Run ./scripts/start once; it brings one.");

const total = { lost: 0, duplicated: 0, misordered: 0, strayed: 0, unconverged: 0, worstMs: 0 };
const first = ["is", "pb", "sd"];
const codes = [...first, ...provinceCodes().filter((code) => !first.includes(code))].slice(0, provinces);
let world: FleetWorld | undefined;
let dir = "";
let runs = 0;
let kept = false;
let done = 0;
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    console.error("Stopping.");
    await leave();
    process.exit(130);
  });

for (let seed = from; seed < from + seeds && !stopping; seed++) {
  try {
    if (!world || runs >= reuse) {
      await leave();
      dir = mkdtempSync(join(tmpdir(), "beep-fleet-"));
      world = await FleetWorld.start(dir, codes, natsServer as string);
      runs = 0;
      kept = false;
    }
    runs++;
    const result = await run(world, {
      seed,
      ms: seconds * 1000,
      withinMs: within,
      ...(values.verbose ? { say: (words: string) => console.log(`  ${words}`) } : {}),
    });
    report(result);
    if (!isGood(result)) await keep(seed);
  } catch (error) {
    console.log(`seed ${seed}: ${(error as Error).stack}`);
    total.unconverged++;
    await keep(seed);
  }
  done++;
}
await leave();
const { lost, duplicated, misordered, strayed, unconverged, worstMs } = total;
console.log(
  `seeds ${done} lost ${lost} duplicated ${duplicated} misordered ${misordered} strayed ${strayed} unconverged ${unconverged} worst_ms ${worstMs}`,
);
process.exit(lost + duplicated + misordered + strayed + unconverged > 0 ? 1 : 0);

function report(result: RunResult): void {
  for (const name of ["lost", "duplicated", "misordered", "strayed", "unconverged"] as const)
    total[name] += result[name];
  total.worstMs = Math.max(total.worstMs, result.convergedMs);
  console.log(
    `seed ${result.seed}: ${result.messages} messages, ${result.faults.length} faults, everywhere ${result.convergedMs} ms after healing${isGood(result) ? "" : ", FAILED"}`,
  );
  if (values.verbose) console.log(`  what came last: ${result.last}; accepted by two provinces: ${result.twins}`);
  if (isGood(result)) return;
  for (const fault of result.faults) console.log(`  ${fault}`);
  for (const finding of result.findings) console.log(`  ${finding}`);
}

/** Leaves the folder of a failed run as it is, and the next seed to a new fleet. */
async function keep(seed: number): Promise<void> {
  kept = true;
  console.log(
    `  again: scripts/fleet --seeds 1 --from ${seed} --provinces ${provinces} --seconds ${seconds} --verbose`,
  );
  console.log(`  its folder: ${dir}`);
  await leave();
}

async function leave(): Promise<void> {
  await world?.stop();
  world = undefined;
  if (!kept && dir) rmSync(dir, { recursive: true, force: true });
}

function fail(words: string): never {
  console.error(words);
  process.exit(2);
}
