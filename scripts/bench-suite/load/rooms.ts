import { type Cpu, stopwatch } from "../proc.ts";
import { dialects } from "./dialects.ts";
import { accountsOf, openDevice } from "./beep.ts";
import type { Line, Target } from "./line.ts";

/**
 * One large room. `single`: one message at a time, how long until the first and the last member has it. `load`: a few
 * writers with several messages in flight, deliveries counted at all members; the writer's own copy does not count.
 */
export interface RoomWork {
  target: Target;
  /** beep: name of the room among the accounts; its members are the first `members` people */
  room: string;
  members: number;
  mode: "single" | "load";
  writers: number;
  /** messages in flight, over all writers */
  window: number;
  warm: number;
  sample: number;
  samples: number;
}

export interface SingleSample {
  /** milliseconds from sending to the first and to the last member */
  first: number;
  last: number;
}
export interface LoadSample extends Cpu {
  delivered: number;
}

async function open(work: RoomWork): Promise<Line[]> {
  const { target } = work;
  const room = target.accounts ? (await accountsOf(target.accounts)).accounts.rooms[work.room] : undefined;
  const dial = async (i: number): Promise<Line> => {
    if (!target.accounts) return (dialects[target.dialect] as (typeof dialects)[string] & {})(target, i);
    const who = (await accountsOf(target.accounts)).accounts.people[i];
    return openDevice(target, who as NonNullable<typeof who>, room as string);
  };
  const lines: Line[] = [];
  for (let at = 0; at < work.members; at += 50)
    lines.push(...(await Promise.all(Array.from({ length: Math.min(50, work.members - at) }, (_, k) => dial(at + k)))));
  return lines;
}

const got = (lines: readonly Line[]) => lines.reduce((sum, line) => sum + line.got, 0);

async function single(lines: readonly Line[], work: RoomWork): Promise<SingleSample[]> {
  const samples: SingleSample[] = [];
  const others = lines.length - 1;
  for (let i = 0; i < work.samples + 2; i++) {
    const before = got(lines);
    let arrived = 0;
    let first = 0;
    const at = performance.now();
    const done = new Promise<number>((resolve) => {
      for (const line of lines) {
        line.arrived = () => {
          if (arrived++ === 0) first = performance.now() - at;
          if (arrived === others) resolve(performance.now() - at);
        };
      }
    });
    (lines[0] as Line).push();
    (lines[0] as Line).flush();
    const last = await Promise.race([done, Bun.sleep(20_000).then(() => Number.NaN)]);
    if (Number.isNaN(last)) throw new Error(`${got(lines) - before} of ${others} members got the message`);
    if (i >= 2) samples.push({ first, last });
    await Bun.sleep(200);
  }
  return samples;
}

async function underLoad(lines: readonly Line[], work: RoomWork): Promise<LoadSample[]> {
  const writers = lines.slice(0, work.writers);
  let running = true;
  let sent = 0;
  let total = 0;
  const others = lines.length - 1;
  const pump = () => {
    while (running && sent - Math.floor(total / others) < work.window) {
      const writer = writers[sent++ % writers.length] as Line;
      writer.push();
    }
    for (const writer of writers) writer.flush();
  };
  for (const line of lines) {
    let counted = 0;
    line.turn = () => {
      total += line.got - counted;
      counted = line.got;
      pump();
    };
  }
  pump();
  await Bun.sleep(work.warm * 1000);
  const samples: LoadSample[] = [];
  for (let i = 0; i < work.samples; i++) {
    const stop = stopwatch(work.target.pids);
    const before = total;
    await Bun.sleep(work.sample * 1000);
    samples.push({ ...stop(), delivered: total - before });
  }
  running = false;
  for (let i = 0; i < 100 && total < sent * others; i++) await Bun.sleep(100);
  if (total !== sent * others) throw new Error(`sent ${sent} to ${others} members, ${total} arrived`);
  return samples;
}

if (import.meta.main) {
  const work = JSON.parse(process.argv[2] as string) as RoomWork;
  const lines = await open(work);
  console.log(JSON.stringify(work.mode === "single" ? await single(lines, work) : await underLoad(lines, work)));
  process.exit(0);
}
