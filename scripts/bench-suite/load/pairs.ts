import { type Cpu, stopwatch } from "../proc.ts";
import { dialects } from "./dialects.ts";
import type { Line, Target } from "./line.ts";

/**
 * Closed loop of 1:1 pairs: everybody writes to the partner, with at most `window` messages that are not yet both
 * acknowledged (where the system acknowledges) and delivered. Run as a process of its own; prints one JSON line.
 */
export interface PairsWork {
  target: Target;
  connections: number;
  window: number;
  /** seconds */
  warm: number;
  /** seconds of one sample, and how many samples on the same connections */
  sample: number;
  samples: number;
}

export interface PairsSample extends Cpu {
  delivered: number;
}

export async function openLines(target: Target, count: number): Promise<Line[]> {
  const dial = dialects[target.dialect];
  if (!dial) throw new Error(`no dialect ${target.dialect}`);
  const lines: Line[] = [];
  // a few dozen at once: a listen queue is not what is measured
  for (let at = 0; at < count; at += 50) {
    const some = Array.from({ length: Math.min(50, count - at) }, (_, k) => dial(target, at + k));
    lines.push(...(await Promise.all(some)));
  }
  lines.forEach((line, i) => {
    line.partner = lines[i ^ 1] as Line;
  });
  return lines;
}

const sleep = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000));
const total = (lines: readonly Line[], what: "sent" | "got" | "acked") => lines.reduce((sum, l) => sum + l[what], 0);

async function pairs(work: PairsWork): Promise<PairsSample[]> {
  const lines = await openLines(work.target, work.connections);
  let running = true;
  const pump = (line: Line) => {
    while (running && line.sent - Math.min(line.acked, line.partner.got) < work.window) line.push();
    line.flush();
  };
  for (const line of lines) {
    line.turn = () => {
      pump(line);
      pump(line.partner);
    };
  }
  for (const line of lines) pump(line);
  await sleep(work.warm);
  const samples: PairsSample[] = [];
  for (let i = 0; i < work.samples; i++) {
    const stop = stopwatch(work.target.pids);
    const before = total(lines, "got");
    await sleep(work.sample);
    samples.push({ ...stop(), delivered: total(lines, "got") - before });
  }
  running = false;
  await settle(lines);
  for (const line of lines) line.end();
  return samples;
}

/** Waits until everything sent was delivered and acknowledged; what never arrives is an error, not a better rate. */
async function settle(lines: readonly Line[]): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const sent = total(lines, "sent");
    if (total(lines, "got") === sent && total(lines, "acked") === sent) return;
    await sleep(0.1);
  }
  throw new Error(`sent ${total(lines, "sent")}, got ${total(lines, "got")}, acked ${total(lines, "acked")}`);
}

if (import.meta.main) {
  console.log(JSON.stringify(await pairs(JSON.parse(process.argv[2] as string) as PairsWork)));
  process.exit(0);
}
