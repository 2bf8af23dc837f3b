import type { Province } from "#protocol/ids";
import type { Line, Way } from "./fault-proxy.ts";

export type Random = () => number;

/** Mulberry32: 32 bits of state, good enough to draw schedules, the same on every machine. */
export function randomOf(seed: number): Random {
  let state = (seed * 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

export function shuffled<T>(random: Random, from: readonly T[]): T[] {
  const rest = [...from];
  return Array.from({ length: rest.length }, () => rest.splice(Math.floor(random() * rest.length), 1)[0] as T);
}

export type Fault =
  | { what: "line"; a: Province; b: Province; line: Exclude<Line, "open">; both: boolean }
  | { what: "delay"; a: Province; b: Province; ms: number; jitterMs: number }
  | { what: "kill" | "freeze" | "restart"; who: "node" | "nats"; province: Province };

export interface Scheduled {
  /** milliseconds from the beginning of the load */
  from: number;
  until: number;
  fault: Fault;
}

/**
 * Draws the faults of a run: about one a second, each lasting a part of the rest of the run; several may stand at once,
 * but never two on the same link or process. All are over at `ms`.
 */
export function schedule(random: Random, provinces: readonly Province[], ms: number): Scheduled[] {
  const drawn: Scheduled[] = [];
  const count = Math.max(2, Math.round((ms / 1000) * (0.6 + random())));
  for (let i = 0; i < count; i++) {
    const from = Math.round(random() * ms * 0.8);
    const until = Math.round(Math.min(ms, from + 300 + random() * ms * 0.6));
    const fault = draw(random, provinces);
    const meets = (other: Scheduled) =>
      target(other.fault) === target(fault) && other.from - 200 < until && from < other.until + 200;
    if (!drawn.some(meets)) drawn.push({ from, until, fault });
  }
  drawn.sort((x, y) => x.from - y.from);
  // The last one to begin stands to the end, so that the healing is a healing.
  const last = drawn.at(-1);
  if (last) last.until = ms;
  return drawn;
}

/** What two faults must not hit at once. */
const target = (fault: Fault): string =>
  "a" in fault ? [fault.a, fault.b].sort().join("-") : `${fault.who} ${fault.province}`;

function draw(random: Random, provinces: readonly Province[]): Fault {
  const [a, b] = shuffled(random, provinces) as [Province, Province];
  const luck = random();
  if (b !== undefined && luck < 0.5) {
    const line = pick<Exclude<Line, "open">>(random, [
      "cut",
      "cut",
      "hole",
      "hole",
      "stall",
      { half: pick<Way>(random, ["there", "back"]) },
    ]);
    return { what: "line", a, b, line, both: random() < 0.7 };
  }
  if (b !== undefined && luck < 0.6)
    return { what: "delay", a, b, ms: Math.round(20 + random() * 400), jitterMs: Math.round(random() * 200) };
  return {
    what: pick(random, ["kill", "kill", "freeze", "restart"]),
    who: pick(random, ["node", "node", "nats"]),
    province: pick(random, provinces),
  };
}

export const describe = ({ from, until, fault }: Scheduled): string => {
  const when = `${(from / 1000).toFixed(1)}–${(until / 1000).toFixed(1)} s`;
  if (fault.what === "line") {
    const line = typeof fault.line === "string" ? fault.line : `half-open (${fault.line.half} dead)`;
    return `${when} ${line} ${fault.a}${fault.both ? "–" : "→"}${fault.b}`;
  }
  if (fault.what === "delay") return `${when} delay ${fault.ms}+${fault.jitterMs} ms ${fault.a}–${fault.b}`;
  return `${when} ${fault.what} ${fault.who} ${fault.province}`;
};
