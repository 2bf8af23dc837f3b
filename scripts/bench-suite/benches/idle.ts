import { spawnLoad } from "../load/run.ts";
import { node } from "../node.ts";
import { rssOf } from "../proc.ts";
import { type Bench, figure, median, ratio, type Row } from "../report.ts";
import { prosody } from "../peers/prosody.ts";
import type { System } from "../system.ts";
import { rawBinary } from "../systems.ts";

/** Bytes of resident memory that each idle connection adds, after they have settled. */
async function perSocket(system: System, connections: number): Promise<number> {
  await Bun.sleep(1000);
  const before = rssOf(system.target.pids);
  const holder = spawnLoad("hold", { target: system.target, connections });
  const reader = holder.stdout.getReader();
  const { done } = await reader.read();
  if (done) throw new Error("the connections could not be opened");
  await Bun.sleep(5000);
  const each = (rssOf(system.target.pids) - before) / connections;
  holder.stdin.end();
  await holder.exited;
  return each;
}

export const idle: Bench = async ({ dir, quick, peers, runs }) => {
  const connections = quick ? 1000 : 8000;
  const times = runs;
  const beep: number[] = [];
  const raw: number[] = [];
  for (let run = 0; run < times; run++) {
    const system = await node(`${dir}/idle-${run}`, async (seed) => {
      await seed.people(connections);
      await seed.pairs();
    });
    beep.push((await perSocket(system, connections)) / 1024);
    await system.stop();
    const limit = await rawBinary();
    raw.push((await perSocket(limit, connections)) / 1024);
    await limit.stop();
  }
  const rows: Row[] = [
    {
      what: `Beep, resident memory per idle signed-in socket, ${connections.toLocaleString("en")} sockets`,
      figure: figure(beep, " kB"),
      target: "≤ 5.1 kB",
      met: median(beep) <= 5.1,
      gap: "memory that signing in leaves behind in the heap; room state that opening the rooms' summaries brings into the cache",
    },
    { what: "limit: raw Bun.serve with a topic per person", figure: figure(raw, " kB") },
    { ...ratio("Beep over raw", median(beep), median(raw), undefined, 2), gap: "as above" },
  ];
  if (peers) {
    const few = Math.min(connections, 1000);
    const system = await prosody(few);
    const each = (await perSocket(system, few)) / 1024;
    await system.stop();
    rows.push(
      { what: `peer: Prosody, ${few.toLocaleString("en")} sockets`, figure: figure([each], " kB") },
      { ...ratio("Beep over Prosody", median(beep), each, undefined, 0.15), gap: "as above" },
    );
  } else rows.push({ what: "peer: Prosody", figure: "not measured in this run (another day: 38 kB)" });
  return {
    name: "idle",
    title: "memory of signed-in sockets that say nothing",
    method:
      "Resident memory of the server's process 5 s after the last sign-in, less that before the first, by the number of sockets. Everybody has one room.",
    rows,
    samples: { beep, raw },
  };
};
