import { mkdtempSync, rmSync } from "node:fs";
import { load, probe } from "../load/run.ts";
import type { SteadySample, SteadyWork } from "../load/steady.ts";
import { node } from "../node.ts";
import { type Bench, cpuBeside, figure, median, type Row } from "../report.ts";

const USERS = 200;

export const latency: Bench = async ({ dir, quick, runs }) => {
  const rows: Row[] = [];
  const samples: Record<string, unknown> = {};
  const seconds = quick ? 2 : 5;
  for (const place of ["disk", "tmpfs"] as const) {
    const folder = place === "disk" ? `${dir}/latency` : mkdtempSync("/dev/shm/beep-bench-");
    const system = await node(folder, async (seed) => {
      await seed.people(USERS);
      await seed.pairs();
    });
    for (const rate of [1000, 5000]) {
      const work: SteadyWork = {
        target: system.target,
        connections: USERS,
        rate,
        warm: 1,
        sample: seconds,
        samples: 1,
      };
      const got: SteadySample[] = [];
      const disks: { p50: number; p99: number }[] = [];
      for (let run = 0; run < runs; run++) {
        const disk = probe(folder, seconds + 2);
        got.push(...(await load<SteadySample[]>("steady", work)));
        disks.push(await disk);
      }
      samples[`${place} ${rate}`] = { got, disks };
      const p50 = median(got.map((s) => s.p50));
      const p99 = median(got.map((s) => s.p99));
      const disk99 = median(disks.map((d) => d.p99));
      const limit = place === "tmpfs" ? 5 : disk99 * 1.2 + 5;
      const gap =
        "group commits queue behind one fdatasync at a time; the machine's other work delays the turn of the loop";
      rows.push(
        {
          what: `p50 at ${rate.toLocaleString("en")} msg/s, ${place}`,
          figure: figure(
            got.map((s) => s.p50),
            " ms",
          ),
          cpu: cpuBeside(got),
          target: "≤ 1 ms",
          met: p50 <= 1,
          gap,
        },
        {
          what: `p99 at ${rate.toLocaleString("en")} msg/s, ${place}`,
          figure: figure(
            got.map((s) => s.p99),
            " ms",
          ),
          cpu: `fdatasync beside it: p50 ${figure(
            disks.map((d) => d.p50),
            "",
          )}, p99 ${figure(
            disks.map((d) => d.p99),
            " ms",
          )}`,
          target: place === "tmpfs" ? "≤ 5 ms" : "≤ 1.2 × the probe's p99 + 5 ms",
          met: p99 <= limit,
          gap,
        },
      );
    }
    await system.stop();
    if (place === "tmpfs") rmSync(folder, { recursive: true, force: true });
  }
  return {
    name: "latency",
    title: "from the moment a message is due until the partner has it",
    method: `Open loop over ${USERS} connections; a process beside it appends a page and forces it to the same disk fifty times a second. On tmpfs the disk is out of the way.`,
    rows,
    samples,
  };
};
