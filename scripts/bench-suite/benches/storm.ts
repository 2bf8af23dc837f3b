import { type Bench, cpuBeside, figure, median, short } from "../report.ts";
import { type Storm, stormOn } from "../storm.ts";

export const storm: Bench = async ({ dir, quick, runs }) => {
  const people = quick ? 1000 : 8000;
  const storms: Storm[] = [];
  for (let run = 0; run < Math.min(runs, 5); run++) storms.push(await stormOn(`${dir}/storm-${run}`, people));
  const of = (read: (one: Storm) => number) => storms.map(read);
  const ratios = of((one) => one.liveDuring / one.liveBefore);
  const lost = of((one) => people - one.inside + one.failed + one.loggedOut).reduce((sum, n) => sum + n, 0);
  return {
    name: "storm",
    title: "everybody comes at once",
    method: `${people.toLocaleString("en")} people who were inside before sign in together (challenge, the queue before the door, signature, ticket, socket), each resuming 20 rooms of 40; 20 others, in a process of their own, go on writing 200 messages/s. The load signs for all of them on the same two cores.`,
    rows: [
      {
        what: "not inside at the end, failed or signed out",
        figure: `${lost} of ${(people * storms.length).toLocaleString("en")}`,
        target: "0",
        met: lost === 0,
        gap: "",
      },
      {
        what: "all current after",
        figure: figure(
          of(({ seconds }) => seconds),
          " s",
        ),
        cpu: cpuBeside(storms.map(({ cpu }) => cpu)),
        target: "≤ 10 s",
        met: median(of(({ seconds }) => seconds)) <= 10,
        gap: "the queue lets in as many as those inside do not notice on two cores that the load shares",
      },
      {
        what: "half of them current after",
        figure: figure(
          of(({ half }) => half),
          " s",
        ),
      },
      {
        what: "p99 of waiting",
        figure: figure(
          of(({ p99Wait }) => p99Wait / 1000),
          " s",
        ),
      },
      {
        what: "live p99 before",
        figure: figure(
          of(({ liveBefore }) => liveBefore),
          " ms",
        ),
      },
      {
        what: "live p99 over the whole storm",
        figure: `${figure(
          of(({ liveDuring }) => liveDuring),
          " ms",
        )}, ${short(median(ratios))}× before`,
        target: "≤ 1.25× before",
        met: median(ratios) <= 1.25,
        gap: "sign-ins share the event loop with live traffic",
      },
      {
        what: "live p99 in the worst second of the storm",
        figure: `${figure(
          of(({ liveWorst }) => liveWorst),
          " ms",
        )}, ${short(median(of((one) => one.liveWorst / one.liveQuietSecond)))}× before`,
      },
    ],
    samples: { storms: storms.map(({ cpu: _cpu, ...rest }) => rest) },
  };
};
