import { statSync, readdirSync } from "node:fs";
import { accountsOf, openDevice } from "../load/beep.ts";
import { spawnLoad } from "../load/run.ts";
import { node } from "../node.ts";
import { type Bench, figure, median } from "../report.ts";

/** kill -9 in the middle of traffic, started again at once: until a person who knocks all the time has a new ack. */
export const start: Bench = async ({ dir, quick, runs }) => {
  const rows = quick ? 20_000 : 250_000;
  const system = await node(`${dir}/start`, async (seed) => {
    await seed.people(200);
    await seed.pairs();
    await seed.messages(seed.accounts.pairs, rows, 2000);
  });
  const site = system.fleet.site("is");
  const size = readdirSync(site.data).reduce((sum, name) => sum + statSync(`${site.data}/${name}`).size, 0);
  const ready: number[] = [];
  const acked: number[] = [];
  for (let run = 0; run < runs; run++) {
    await site.node.stop();
    const at = performance.now();
    await site.node.start();
    ready.push((performance.now() - at) / 1000);

    const traffic = spawnLoad("pairs", {
      target: { ...system.target, pids: [site.node.pid], first: 2 },
      connections: 100,
      window: 8,
      warm: 1,
      sample: 20,
      samples: 1,
    });
    traffic.stdout.cancel();
    await Bun.sleep(2500);
    await site.node.kill();
    const killed = performance.now();
    site.node.launch();
    await firstAck(system.target);
    acked.push((performance.now() - killed) / 1000);
    traffic.kill("SIGKILL");
    await traffic.exited;
    await site.node.ready();
  }
  await system.stop();
  return {
    name: "start",
    title: "how soon a node serves",
    method: `${(size / 1e9).toFixed(2)} GB in the data folder (${rows.toLocaleString("en")} messages of 2 kB). Ready is the node's own readiness route; after kill -9 under load a client signs in and sends, over and over, until an ack comes. The page cache is warm.`,
    rows: [
      {
        what: "start until ready",
        figure: figure(ready, " s"),
        target: "≤ 2 s",
        met: median(ready) <= 2,
        gap: "checks at start that read whole files",
      },
      {
        what: "kill -9 until the first ack",
        figure: figure(acked, " s"),
        target: "≤ 2 s",
        met: median(acked) <= 2,
        gap: "replay of the write-ahead log and checks at start",
      },
    ],
    samples: { ready, acked, size },
  };
};

async function firstAck(target: Parameters<typeof openDevice>[0]): Promise<void> {
  const { accounts } = await accountsOf(target.accounts as string);
  for (;;) {
    try {
      const line = await openDevice(target, accounts.people[0] as never, accounts.pairs[0] as string);
      const acked = Promise.withResolvers<void>();
      line.turn = () => line.acked > 0 && acked.resolve();
      line.push();
      line.flush();
      await acked.promise;
      line.current.promise.catch(() => {});
      line.end();
      return;
    } catch {
      await Bun.sleep(10);
    }
  }
}
