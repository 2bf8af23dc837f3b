import { isProvince, type Province } from "#protocol/ids";
import type { CallMessage } from "./message.ts";
import type { MediaGateway, Peers } from "./ports.ts";
import type { Prober } from "./probe.ts";
import type { WayReading } from "./probe-meter.ts";

/** How often what is measured is told while it is watched, and how long it holds; milliseconds, as all here. */
const TELL = 2_000;
const HOLDS = 10_000;
const ACCESS = 5_000;
const TICK = 500;

/** The way between two provinces, as far as it is known here. */
export interface Way extends WayReading {
  /** their nodes hear each other */
  up: boolean;
}

/** What a province says of the ways from it. */
interface Report {
  is: "ways";
  ways: (WayReading & { to: Province; up: boolean })[];
  /** median of its own seats' round trips to its gateway, in milliseconds */
  access: number | null;
  /** provinces between which the ways are needed */
  watch: Province[];
}

interface WaysParts {
  province: Province;
  prober: Prober;
  /** this province's own */
  gateway: MediaGateway;
  peers: Peers;
  /** milliseconds since 1970 */
  now(): number;
}

/**
 * What is known of the ways between provinces: measured here, told by others. Measured only while somebody asks for it;
 * who asks for ways between others has them measure theirs too.
 */
export class Ways {
  private readonly reports = new Map<Province, Report & { at: number }>();
  private readonly watched = new Map<Province, number>();
  /** who of the others needs ours */
  private readonly asked = new Map<Province, number>();
  private access: number | null = null;
  private accessAt = 0;
  private toldAt = 0;
  private readonly ends: (() => void)[] = [];

  constructor(private readonly parts: WaysParts) {}

  /** @param timers false where a test calls `tick` */
  start(timers = true): void {
    this.ends.push(
      this.parts.peers.listen((from, message) => {
        const { t, is, body } = (message ?? {}) as Partial<CallMessage & { body: unknown }>;
        if (t === "call" && is === "trunk") this.hear(from, body);
      }),
    );
    if (!timers) return;
    const timer = setInterval(() => this.tick(), TICK);
    this.ends.push(() => clearInterval(timer));
  }

  stop(): void {
    for (const end of this.ends.splice(0)) end();
  }

  /** The ways between these are needed for the next 10 seconds. */
  watch(provinces: Iterable<Province>): void {
    const until = this.parts.now() + HOLDS;
    let isNew = false;
    for (const province of provinces) {
      if (province === this.parts.province) continue;
      isNew ||= !this.watched.has(province);
      this.watched.set(province, until);
    }
    if (isNew) this.toldAt = 0;
  }

  between(a: Province, b: Province): Way {
    const known = [this.said(a, b), this.said(b, a)].filter((way) => way !== undefined);
    if (known.length === 0) return { up: true, state: "unknown", loss: null, rtt: null };
    const worst = <T>(of: readonly (T | null)[], worse: (x: T, y: T) => T): T | null =>
      of.reduce((x, y) => (x === null ? y : y === null ? x : worse(x, y)), null);
    const states = known.map(({ state }) => state);
    return {
      up: known.every(({ up }) => up),
      state: states.includes("lossy") ? "lossy" : states.includes("clean") ? "clean" : "unknown",
      loss: worst(
        known.map(({ loss }) => loss),
        Math.max,
      ),
      rtt: worst(
        known.map(({ rtt }) => rtt),
        Math.max,
      ),
    };
  }

  /** Milliseconds to and from a province's own seats; null where not known. */
  accessOf(province: Province): number | null {
    return province === this.parts.province ? this.access : (this.fresh(province)?.access ?? null);
  }

  tick(): void {
    const now = this.parts.now();
    for (const list of [this.watched, this.asked])
      for (const [province, until] of list) if (now >= until) list.delete(province);
    const needed = new Set([...this.watched.keys(), ...this.asked.keys()]);
    this.parts.prober.watch(needed);
    if (needed.size === 0) return;
    if (now - this.accessAt >= ACCESS) {
      this.accessAt = now;
      void this.measureAccess();
    }
    if (now - this.toldAt < TELL) return;
    this.toldAt = now;
    const { province, peers, prober } = this.parts;
    const ways = [...needed].map((to) => ({ to, up: this.isUp(to), ...prober.reading(to) }));
    const watch = this.watched.size > 0 ? [province, ...this.watched.keys()] : [];
    const body: Report = { is: "ways", ways, access: this.access, watch };
    for (const to of needed) peers.send(to, { t: "call", is: "trunk", body } satisfies CallMessage);
  }

  private async measureAccess(): Promise<void> {
    const stats = await this.parts.gateway.stats().catch(() => undefined);
    const rtts = [...(stats?.values() ?? [])].flatMap(({ rtt }) => (rtt === null ? [] : [rtt])).sort((a, b) => a - b);
    this.access = rtts[rtts.length >> 1] ?? null;
  }

  /** What `of` says of the way to `to`. */
  private said(of: Province, to: Province): Way | undefined {
    if (of !== this.parts.province) return this.fresh(of)?.ways.find((way) => way.to === to);
    return { up: this.isUp(to), ...this.parts.prober.reading(to) };
  }

  private fresh(province: Province): Report | undefined {
    const report = this.reports.get(province);
    return report && this.parts.now() - report.at < HOLDS ? report : undefined;
  }

  private isUp(to: Province): boolean {
    return this.parts.peers.links().some(({ province, up }) => province === to && up);
  }

  private hear(from: Province, body: unknown): void {
    const report = readReport(body);
    if (!report) return;
    const now = this.parts.now();
    this.reports.set(from, { ...report, at: now });
    if (!report.watch.includes(this.parts.province)) return;
    const known = new Set(this.parts.peers.links().map(({ province }) => province));
    for (const province of report.watch) if (known.has(province)) this.asked.set(province, now + HOLDS);
  }
}

function readReport(body: unknown): Report | undefined {
  const { is, ways, access, watch } = (body ?? {}) as { [field in keyof Report]?: unknown };
  if (is !== "ways" || !Array.isArray(ways) || ways.length > 32 || !ways.every(isWay)) return undefined;
  if (!Array.isArray(watch) || watch.length > 32 || !watch.every(isProvince)) return undefined;
  return isMeasure(access) ? { is, ways, access, watch } : undefined;
}

const isMeasure = (value: unknown): value is number | null =>
  value === null || (Number.isFinite(value) && Number(value) >= 0);

function isWay(value: unknown): value is Report["ways"][number] {
  const { to, up, state, loss, rtt } = (value ?? {}) as { [field in keyof Report["ways"][number]]?: unknown };
  return (
    isProvince(to) &&
    typeof up === "boolean" &&
    (state === "unknown" || state === "clean" || state === "lossy") &&
    isMeasure(loss) &&
    isMeasure(rtt)
  );
}
