import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { stormOn } from "./bench-suite/storm.ts";
import { endAll, ROOT } from "./bench-suite/system.ts";

const HELP = `Starts a node with its data on this machine, and lets N people who were inside the day before sign in at one
moment, each resuming twenty rooms, while twenty others go on writing to each other.
  --people N    how many, 40 to 15000 (8000)
  --flood       does it twice, the second time beside strangers of two networks who ask to sign in 600 times a second
Ends with one line, and with 1 where somebody did not come in:
  people N inside N failed F logged_out L p99_wait_ms M live_p99_ratio X
with --flood one such line for each time, and then: flood_live_p99_ratio Y, the live p99 with the flood over that without.
p99_wait_ms is from that moment until 99 of 100 had all they lacked; live_p99_ratio is the 99th of 100 message times of those
who stayed, during the storm over before. All of the load comes from one address, so the node's limits per address are lifted.`;

const { values } = parseArgs({
  options: { people: { type: "string", default: "8000" }, flood: { type: "boolean" }, help: { type: "boolean" } },
});
const people = Number(values.people);
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
if (!Number.isInteger(people) || people < 40 || people > 15_000) {
  console.error(`--people must be a whole number from 40 to 15000, not "${values.people}".`);
  process.exit(2);
}
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => void endAll().then(() => process.exit(130)));
mkdirSync(`${ROOT}.beep/storm`, { recursive: true });
async function storm(flooded: boolean): Promise<{ ok: boolean; live: number }> {
  const dir = mkdtempSync(`${ROOT}.beep/storm/run-`);
  try {
    const { inside, failed, loggedOut, p99Wait, liveBefore, liveDuring, seconds } = await stormOn(dir, people, flooded);
    console.log(`all inside after ${seconds.toFixed(1)} s; live p99 ${liveBefore} ms before, ${liveDuring} ms during`);
    const ratio = (liveDuring / liveBefore).toFixed(2);
    console.log(
      `people ${people} inside ${inside} failed ${failed} logged_out ${loggedOut} p99_wait_ms ${Math.round(p99Wait)} live_p99_ratio ${ratio}`,
    );
    return { ok: inside === people && failed + loggedOut === 0, live: liveDuring };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

try {
  const alone = await storm(false);
  const beside = values.flood ? await storm(true) : undefined;
  if (beside) console.log(`flood_live_p99_ratio ${(beside.live / alone.live).toFixed(2)}`);
  process.exitCode = alone.ok && beside?.ok !== false ? 0 : 1;
} finally {
  await endAll();
}
