import { readdirSync, readFileSync } from "node:fs";

/** What Linux says of processes (proc(5)). CPU times are seconds. */
const TICKS = 100;

interface Stat {
  parent: number;
  cpu: number;
}

function stat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const field = text.slice(text.lastIndexOf(")") + 2).split(" ");
    // utime, stime, and those of children that ended
    const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + Number(field[i]), 0);
    return { parent: Number(field[1]), cpu: ticks / TICKS };
  } catch {
    return undefined;
  }
}

/** The process and everything under it. */
function family(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const parent = stat(pid)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const all = [root];
  for (let i = 0; i < all.length; i++) all.push(...(children.get(all[i] as number) ?? []));
  return all;
}

/** CPU-seconds that the processes and all under them have used. */
const cpuOf = (roots: readonly number[]): number =>
  roots.flatMap(family).reduce((sum, pid) => sum + (stat(pid)?.cpu ?? 0), 0);

/** CPU-seconds the whole machine has been busy. */
function busy(): number {
  const [, ...fields] = readFileSync("/proc/stat", "latin1").split("\n", 1)[0]?.trim().split(/\s+/) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0] = fields.map(Number);
  return (user + nice + system + irq + soft) / TICKS;
}

/** Resident memory in bytes, of the processes and all under them. */
export const rssOf = (roots: readonly number[]): number =>
  roots.flatMap(family).reduce((sum, pid) => sum + rss(pid), 0);

function rss(pid: number): number {
  try {
    const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** CPU use over a stretch: of the servers measured, of this process, and of everybody else on the machine. */
export interface Cpu {
  seconds: number;
  server: number;
  load: number;
  others: number;
}

/** @param loads load programs beside this process */
export function stopwatch(servers: readonly number[], loads: readonly number[] = []): () => Cpu {
  const at = performance.now();
  const own = process.cpuUsage();
  const others = cpuOf(loads);
  const server = cpuOf(servers);
  const all = busy();
  return () => {
    const used = process.cpuUsage(own);
    const load = (used.user + used.system) / 1e6 + cpuOf(loads) - others;
    const served = cpuOf(servers) - server;
    return {
      seconds: (performance.now() - at) / 1000,
      server: served,
      load,
      others: Math.max(0, busy() - all - served - load),
    };
  };
}
