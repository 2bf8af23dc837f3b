import { existsSync, statSync } from "node:fs";
import { spawnLoad } from "../load/run.ts";
import { node } from "../node.ts";
import { openFiles, rssOf } from "../proc.ts";
import { type Bench, short } from "../report.ts";

/** Least squares through (x, y): change of y per unit of x. */
function slope(points: readonly (readonly [number, number])[]): number {
  const n = points.length;
  const mx = points.reduce((sum, [x]) => sum + x, 0) / n;
  const my = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const over = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return over / points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

export const soak: Bench = async ({ dir, quick, minutes }) => {
  const seconds = quick ? 20 : minutes * 60;
  const system = await node(`${dir}/soak`, async (seed) => {
    await seed.people(200);
    await seed.pairs();
  });
  const site = system.fleet.site("is");
  const pid = site.node.pid as number;
  const traffic = spawnLoad("steady", {
    target: system.target,
    connections: 200,
    rate: 2000,
    warm: 1,
    sample: seconds,
    samples: 1,
  });
  const warm = seconds / 3;
  const memory: [number, number][] = [];
  const files: number[] = [];
  let wal = 0;
  const from = performance.now();
  for (let at = 0; at < seconds - 3; at = (performance.now() - from) / 1000) {
    await Bun.sleep(1000);
    for (const name of ["shard-00.db-wal", "directory.db-wal"])
      if (existsSync(`${site.data}/${name}`)) wal = Math.max(wal, statSync(`${site.data}/${name}`).size);
    if (at < warm) continue;
    memory.push([at / 3600, rssOf([pid]) / 2 ** 20]);
    files.push(openFiles(pid));
  }
  const text = await new Response(traffic.stdout).text();
  const [sample] = JSON.parse(text) as { p99: number; delivered: number }[];
  await system.stop();
  const grows = slope(memory);
  const drift = Math.max(...files) - Math.min(...files);
  return {
    name: "soak",
    title: `${(seconds / 60).toFixed(1)} minutes at 2,000 messages/s`,
    method:
      "A short version: one run, 200 people, the first third is warm-up. A slope over minutes says little about hours: the heap still breathes.",
    rows: [
      {
        what: "resident memory, change after warm-up",
        figure: `${short(grows)} MB/h (${short(memory[0]?.[1] ?? Number.NaN)} → ${short(memory.at(-1)?.[1] ?? Number.NaN)} MB)`,
        target: "≤ 1 MB/h",
        met: grows <= 1,
        gap: "a run of at least half an hour, to tell growth from the collector's breathing",
      },
      {
        what: "largest write-ahead log",
        figure: `${short(wal / 2 ** 20)} MiB`,
        target: "≤ 64 MiB",
        met: wal <= 64 * 2 ** 20,
        gap: "checkpoints held up by readers",
      },
      { what: "open files, spread after warm-up", figure: String(drift), target: "flat", met: drift <= 2, gap: "" },
      {
        what: "messages delivered; p99",
        figure: `${short(sample?.delivered ?? Number.NaN)}; ${short(sample?.p99 ?? Number.NaN)} ms`,
      },
    ],
    samples: { memory, files, wal },
  };
};
