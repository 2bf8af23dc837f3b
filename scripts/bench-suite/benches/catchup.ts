import { FaultProxy } from "../../../server/testing/fault-proxy.ts";
import { lines, spawnLoad } from "../load/run.ts";
import { rssOf, stopwatch } from "../proc.ts";
import { type Bench, cpuBeside, figure, median, short } from "../report.ts";
import { two } from "../two.ts";

const PAIRS = 50;

export const catchup: Bench = async ({ dir, quick, runs }) => {
  const waiting = quick ? 5_000 : 50_000;
  const seconds: number[] = [];
  const memory: number[] = [];
  const cpus = [];
  for (let run = 0; run < Math.min(runs, 5); run++) {
    const proxies: FaultProxy[] = [];
    const { fleet, target, stop } = await two(`${dir}/catchup-${run}`, PAIRS, async (_from, _to, listen, port) => {
      const proxy = await FaultProxy.start(listen, port);
      proxies.push(proxy);
      return { stop: () => proxy.stop() };
    });
    const nodes = fleet.sites.map(({ node }) => node.pid as number);
    const child = spawnLoad("crossing", { target, connections: 2 * PAIRS, each: waiting / PAIRS, window: 32 });
    const next = lines(child);
    const say = (text: string) => {
      child.stdin.write(`${text}\n`);
      child.stdin.flush();
    };
    await next();
    for (const proxy of proxies) proxy.set("cut");
    await Bun.sleep(1000);
    say("fill");
    const filled = await next();
    if (filled?.early) throw new Error(`${filled.early} messages came through a cut link`);
    const before = Math.max(...nodes.map((pid) => rssOf([pid])));
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, ...nodes.map((pid) => rssOf([pid])));
    }, 100);
    const watchCpu = stopwatch(target.pids, [child.pid]);
    for (const proxy of proxies) proxy.heal();
    say("heal");
    const result = await next();
    clearInterval(watch);
    cpus.push({ ...watchCpu(), delivered: 2 * waiting });
    if (result?.missing) throw new Error(`${result.missing} messages did not arrive`);
    seconds.push(result?.seconds ?? Number.NaN);
    memory.push((most - before) / 2 ** 20);
    await child.exited;
    await stop();
  }
  return {
    name: "catchup",
    title: `${waiting.toLocaleString("en")} messages waiting on each side of a healed link`,
    method: `${2 * PAIRS} people in two provinces write while every line between them is cut; counted from healing until the last of them is on the other side's screens.`,
    rows: [
      {
        what: "all arrived, both ways",
        figure: figure(seconds, " s"),
        cpu: cpuBeside(cpus),
        target: "≤ 20 s",
        met: median(seconds) <= 20,
        gap: "the reader's one fsync for each JetStream message; larger frames",
      },
      {
        what: "a node's memory meanwhile, at most more than before",
        figure: figure(memory, " MB"),
        target: "bounded",
        met: Math.max(...memory) < 256,
        gap: `judged as under 256 MB; ${short(Math.max(...memory))} MB seen`,
      },
    ],
    samples: { seconds, memory },
  };
};
