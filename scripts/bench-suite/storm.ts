import { lines, spawnLoad } from "./load/run.ts";
import { node } from "./node.ts";
import { stopwatch } from "./proc.ts";
import { median } from "./report.ts";
import { quantile } from "./stats.ts";

const ROOMS_EACH = 20;
const STAY = 20;
/** How long those who stay are watched before the storm, in milliseconds. */
const CALM_MS = 10_000;

/** One storm: what became of those who came, and what those who stayed felt. */
export interface Storm {
  inside: number;
  failed: number;
  loggedOut: number;
  /** seconds until the last one, and half of them, were current */
  seconds: number;
  half: number;
  /** from the storm's beginning until somebody was current, the 99th of 100, in milliseconds */
  p99Wait: number;
  /** 99th of 100 messages between those who stay, in milliseconds */
  liveBefore: number;
  liveDuring: number;
  /** the same in the worst second */
  liveWorst: number;
  liveQuietSecond: number;
  cpu: ReturnType<ReturnType<typeof stopwatch>>;
}

/** Requests a second of the strangers who flood the door. */
const FLOOD_RATE = 600;

/**
 * Lets a whole province sign in at one moment at a node of its own, while a few who are inside go on writing.
 * @param flooded strangers of two networks ask to sign in meanwhile, beginning before
 */
export async function stormOn(dir: string, people: number, flooded = false): Promise<Storm> {
  const system = await node(dir, async (seed) => {
    await seed.people(STAY + people);
    await seed.pairs(STAY / 2);
    const all = seed.accounts.people.slice(STAY);
    // groups of 40 that do not line up, so that each person is in twenty of them
    const made: Promise<unknown>[] = [];
    for (let round = 0; round < ROOMS_EACH; round++) {
      const step = 2 * round + 1;
      for (let at = 0; at < Math.ceil(people / 40); at++) {
        const members = Array.from({ length: 40 }, (_, k) => all[((at * 40 + k) * step) % people]);
        made.push(seed.room("group", [...new Set(members)] as (typeof all)[number][]));
      }
    }
    seed.accounts.rooms.busy = (await Promise.all(made))[0] as string;
  });
  try {
    const stay = spawnLoad("storm", {
      target: system.target,
      part: "stay",
      connections: STAY,
      rate: 200,
      seconds: 600,
    });
    const nextStay = lines(stay) as unknown as () => Promise<Second | undefined>;
    const target = { ...system.target, first: STAY };
    const cut = spawnLoad("storm", { target, part: "storm", connections: people, rate: 0, seconds: 0 });
    const nextCut = lines(cut);
    await Promise.all([nextStay(), nextCut()]);
    const go = () => {
      cut.stdin.write("go\n");
      cut.stdin.flush();
    };
    go();
    await nextCut();
    const quiet: Second[] = [];
    const calm = Date.now();
    while (Date.now() - calm < CALM_MS) {
      const second = await nextStay();
      if (second && second.at > calm) quiet.push(second);
    }
    const strangers = flooded
      ? spawnLoad("storm", { target: system.target, part: "flood", connections: 0, rate: FLOOD_RATE, seconds: 0 })
      : undefined;
    if (strangers) {
      await lines(strangers)();
      await Bun.sleep(CALM_MS / 2);
    }
    const stop = stopwatch(system.target.pids, [stay.pid, cut.pid]);
    const from = Date.now();
    go();
    const result = (await nextCut()) as unknown as Came;
    const upto = Date.now();
    const cpu = stop();
    const stormy: Second[] = [];
    for (;;) {
      const second = await nextStay();
      if (!second || second.at > upto + 1000) break;
      if (second.at > from) stormy.push(second);
    }
    stay.kill("SIGTERM");
    strangers?.kill("SIGTERM");
    await Promise.all([stay.exited, cut.exited, strangers?.exited]);
    const p99 = (seconds: Second[]) =>
      quantile(
        seconds.flatMap(({ all }) => all).sort((a, b) => a - b),
        0.99,
      );
    const { inside, failed, loggedOut, seconds, half } = result;
    return {
      ...{ inside, failed, loggedOut, seconds, half, cpu },
      p99Wait: result.p99,
      liveBefore: p99(quiet),
      liveDuring: p99(stormy),
      liveWorst: Math.max(...stormy.map((second) => second.p99)),
      liveQuietSecond: median(quiet.map((second) => second.p99)),
    };
  } finally {
    await system.stop();
  }
}

interface Second {
  at: number;
  p99: number;
  all: number[];
}
interface Came {
  inside: number;
  failed: number;
  loggedOut: number;
  seconds: number;
  half: number;
  p99: number;
}
