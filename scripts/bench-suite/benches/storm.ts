import { lines, spawnLoad } from "../load/run.ts";
import { node } from "../node.ts";
import { stopwatch } from "../proc.ts";
import { type Bench, cpuBeside, figure, median, short } from "../report.ts";

const ROOMS_EACH = 20;
const STAY = 20;

export const storm: Bench = async ({ dir, quick, runs }) => {
  const people = quick ? 1000 : 8000;
  const seconds: number[] = [];
  const halves: number[] = [];
  const before: number[] = [];
  const during: number[] = [];
  const cpus = [];
  for (let run = 0; run < Math.min(runs, 5); run++) {
    const system = await node(`${dir}/storm-${run}`, async (seed) => {
      await seed.people(STAY + people);
      await seed.pairs(STAY / 2);
      const all = seed.accounts.people.slice(STAY);
      // groups of 40 that do not line up, so that each person is in twenty of them
      const made: Promise<unknown>[] = [];
      for (let round = 0; round < ROOMS_EACH; round++) {
        const step = 2 * round + 1;
        for (let at = 0; at < people / 40; at++)
          made.push(
            seed.room(
              "group",
              Array.from({ length: 40 }, (_, k) => all[((at * 40 + k) * step) % people] as (typeof all)[number]),
            ),
          );
      }
      seed.accounts.rooms.busy = (await Promise.all(made))[0] as string;
    });
    const stay = spawnLoad("storm", {
      target: system.target,
      part: "stay",
      connections: STAY,
      rate: 200,
      seconds: 300,
    });
    const nextStay = lines(stay);
    const cut = spawnLoad("storm", {
      target: { ...system.target, first: STAY },
      part: "storm",
      connections: people,
      rate: 0,
      seconds: 0,
    });
    const nextCut = lines(cut);
    await Promise.all([nextStay(), nextCut()]);
    const quiet: number[] = [];
    await nextStay();
    const calm = Date.now();
    while (Date.now() - calm < 3000) quiet.push((await nextStay())?.p99 ?? Number.NaN);
    const stop = stopwatch(system.target.pids, [stay.pid, cut.pid]);
    const from = Date.now();
    cut.stdin.write("go\n");
    cut.stdin.flush();
    const result = (await nextCut()) as { seconds: number; half: number };
    const upto = Date.now();
    cpus.push(stop());
    const stormy: number[] = [];
    for (;;) {
      const sample = await nextStay();
      if (!sample || (sample.at as number) > upto + 500) break;
      if ((sample.at as number) > from) stormy.push(sample.p99 as number);
    }
    seconds.push(result.seconds);
    halves.push(result.half);
    before.push(median(quiet));
    during.push(Math.max(...stormy));
    stay.kill("SIGTERM");
    await Promise.all([stay.exited, cut.exited]);
    await system.stop();
  }
  const ratioLive = median(during) / median(before);
  return {
    name: "storm",
    title: "everybody comes back at once",
    method: `${people.toLocaleString("en")} sockets are cut and sign in again together (challenge, signature, ticket, socket), each resuming ${ROOMS_EACH} rooms of 40; ${STAY} others, in a process of their own, go on writing 200 messages/s. The load signs for all of them on the same two cores.`,
    rows: [
      {
        what: "all current after",
        figure: figure(seconds, " s"),
        cpu: cpuBeside(cpus),
        target: "≤ 10 s",
        met: median(seconds) <= 10,
        gap: "two HTTP requests and a P-256 check for each sign-in; a session that resumes by itself would save them",
      },
      { what: "half of them current after", figure: figure(halves, " s") },
      { what: "live p99 before", figure: figure(before, " ms") },
      {
        what: "live p99 in the worst second of the storm",
        figure: `${figure(during, " ms")}, ${short(ratioLive)}× before`,
        target: "≤ 2× before",
        met: ratioLive <= 2,
        gap: "sign-ins and summaries share the event loop with live traffic: admit them in smaller slices",
      },
    ],
    samples: { seconds, halves, before, during },
  };
};
