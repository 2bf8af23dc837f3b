import type { Cpu } from "./proc.ts";
import { type Spread, spread } from "./stats.ts";

/** One line of a results table. */
export interface Row {
  what: string;
  figure: string;
  /** CPU of the system and of everybody else while it was taken */
  cpu?: string;
  target?: string;
  /** undefined where there is no target or it could not be judged */
  met?: boolean;
  gap?: string;
}

export interface Report {
  name: string;
  title: string;
  /** how it was measured, in a sentence or two */
  method: string;
  /** when, and how busy the machine was */
  taken?: string;
  rows: Row[];
  /** the samples themselves, for --json */
  samples?: unknown;
}

export interface Options {
  quick: boolean;
  peers: boolean;
  /** folder for data; on the disk that is measured */
  dir: string;
  minutes: number;
  runs: number;
}

export type Bench = (options: Options) => Promise<Report>;

export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toPrecision(2);
}

export function figure(values: readonly number[], unit: string): string {
  const s: Spread = spread(values);
  const range = s.runs > 1 ? ` (${short(s.least)}–${short(s.most)}, ${s.runs} runs)` : " (1 run)";
  return `${short(s.median)}${unit}${range}`;
}

export const median = (values: readonly number[]): number => spread(values).median;

/** CPU beside a rate: the server's seconds per million deliveries, then the cores that load and others took. */
export function cpuBeside(samples: readonly (Cpu & { delivered?: number })[]): string {
  // at a trickle the processes' own idling would be all that is counted
  const busy = samples.filter((s) => (s.delivered ?? 0) / s.seconds > 500);
  const per = busy.map((s) => (s.server / (s.delivered as number)) * 1e6);
  const share = (pick: (s: Cpu) => number) => `${Math.round(median(samples.map((s) => (pick(s) / s.seconds) * 100)))}%`;
  const each = per.length > 0 ? `${short(median(per))} CPU-s per 1M; ` : "";
  return `${each}server ${share((s) => s.server)}, load ${share((s) => s.load)}, others ${share((s) => s.others)} of a core`;
}

export function ratio(what: string, value: number, base: number, least: number | undefined, most?: number): Row {
  const r = value / base;
  const judged = Number.isFinite(r) && (least !== undefined || most !== undefined);
  return {
    what,
    figure: Number.isFinite(r) ? `${short(r)}×` : "not measured in this run",
    target: least !== undefined ? `≥ ${least}×` : most !== undefined ? `≤ ${most}×` : "",
    ...(judged ? { met: least !== undefined ? r >= least : r <= (most as number) } : {}),
  };
}

export function markdown(reports: readonly Report[], head: string): string {
  const parts = [head];
  for (const { name, title, method, taken, rows } of reports) {
    parts.push(`## \`${name}\`: ${title}\n\n${[method, taken].filter(Boolean).join(" ")}\n`);
    parts.push(
      "| what | figure | CPU beside it | target | met | what would close the gap |\n|---|---|---|---|---|---|",
    );
    for (const row of rows) {
      const met = row.met === undefined ? "" : row.met ? "yes" : "**no**";
      const gap = row.met === false ? (row.gap ?? "") : "";
      parts.push(`| ${row.what} | ${row.figure} | ${row.cpu ?? ""} | ${row.target ?? ""} | ${met} | ${gap} |`);
    }
    parts.push("");
  }
  return `${parts.join("\n")}\n`;
}
