import { type Cpu, stopwatch } from "../proc.ts";
import { quantile } from "../stats.ts";
import type { Line, Target } from "./line.ts";
import { openLines } from "./pairs.ts";

/**
 * Open loop: messages leave at a fixed rate whatever comes back, and each one's time from when it was due to its
 * arrival at the partner counts. Lateness of the generator's own timer under 1.5 ms is not charged to the server.
 */
export interface SteadyWork {
  target: Target;
  connections: number;
  /** messages per second */
  rate: number;
  warm: number;
  sample: number;
  samples: number;
}

export interface SteadySample extends Cpu {
  delivered: number;
  /** milliseconds */
  p50: number;
  p99: number;
  worst: number;
}

const TIMER_MS = 1.5;

export class Steady {
  private readonly due: Float64Array[];
  private latencies: number[] = [];
  private timer: Timer | undefined;
  private next = 0;
  private at = 0;
  private turn = 0;

  constructor(
    private readonly lines: readonly Line[],
    private readonly rate: number,
  ) {
    // the newest 4096 messages of each line
    this.due = lines.map(() => new Float64Array(4096));
    lines.forEach((line, i) => {
      const sender = this.due[i ^ 1] as Float64Array;
      line.arrived = (seq) => this.latencies.push(performance.now() - (sender[seq & 4095] as number));
    });
  }

  start(): void {
    this.at = performance.now();
    this.timer = setInterval(() => this.tick(), 1);
  }
  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = performance.now();
    for (;;) {
      const due = this.at + (this.next / this.rate) * 1000;
      if (due > now) return;
      this.next++;
      const i = this.turn++ % this.lines.length;
      const line = this.lines[i] as Line;
      line.push();
      (this.due[i] as Float64Array)[line.sent & 4095] = now - due < TIMER_MS ? now : due;
      line.flush();
    }
  }

  /** Latencies in milliseconds since the last call. */
  take(): number[] {
    const taken = this.latencies;
    this.latencies = [];
    return taken.sort((a, b) => a - b);
  }
}

async function steady(work: SteadyWork): Promise<SteadySample[]> {
  const lines = await openLines(work.target, work.connections);
  const loop = new Steady(lines, work.rate);
  loop.start();
  await Bun.sleep(work.warm * 1000);
  const samples: SteadySample[] = [];
  for (let i = 0; i < work.samples; i++) {
    const stop = stopwatch(work.target.pids);
    loop.take();
    await Bun.sleep(work.sample * 1000);
    const cpu = stop();
    const sorted = loop.take();
    samples.push({
      ...cpu,
      delivered: sorted.length,
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      worst: sorted.at(-1) ?? Number.NaN,
    });
  }
  loop.stop();
  await Bun.sleep(500);
  for (const line of lines) line.end();
  return samples;
}

if (import.meta.main) {
  console.log(JSON.stringify(await steady(JSON.parse(process.argv[2] as string) as SteadyWork)));
  process.exit(0);
}
