import { expect, test } from "bun:test";
import { HOLD, type Sample, Steps } from "./ladder.ts";

const GOOD: Sample = { loss: 0, rtt: 60, available: 1500, limited: "none" };
const THIN: Sample = { ...GOOD, available: 150 };
const LOSSY: Sample = { ...GOOD, loss: 0.3 };
const SLOW: Sample = { ...GOOD, limited: "cpu" };

/** A call on a line that has shown itself good. */
function begun(): Steps {
  const steps = new Steps();
  run(steps, GOOD, -30_000, 29_000);
  return steps;
}

/** Samples every second, as long as is said. */
function run(steps: Steps, sample: Sample, from: number, ms: number): number {
  let at = from;
  for (; at <= from + ms; at += 1000) steps.take(sample, at);
  return at;
}

test("a call begins low, goes up on a good line, and to audio at once on one that speech suffers from", () => {
  const steps = new Steps();
  expect(steps.ladder(false)).toEqual({ step: "low", why: "none" });
  run(steps, GOOD, 0, HOLD.start);
  expect(steps.ladder(false)).toEqual({ step: "full", why: "none" });
  const thin = new Steps();
  run(thin, THIN, 0, 20_000);
  expect(thin.ladder(false).step).toBe("low");
  const bad = new Steps();
  run(bad, LOSSY, 0, 2000);
  expect(bad.ladder(false)).toEqual({ step: "audio", why: "network" });
  const full = begun();
  run(full, LOSSY, 0, 2000);
  expect(full.ladder(false).step).toBe("audio");
});

test("a short bad spell changes nothing, one that lasts takes a step, and a worse one the next", () => {
  const steps = begun();
  let now = run(steps, GOOD, 0, 5000);
  now = run(steps, THIN, now, HOLD.down - 1000);
  now = run(steps, GOOD, now, 1000);
  expect(steps.ladder(false)).toEqual({ step: "full", why: "none" });
  now = run(steps, THIN, now, HOLD.down);
  expect(steps.ladder(false)).toEqual({ step: "low", why: "network" });
  now = run(steps, THIN, now, 60_000);
  expect(steps.ladder(false).step).not.toBe("audio");
  run(steps, LOSSY, now, 2 * HOLD.down + 2000);
  expect(steps.ladder(false)).toEqual({ step: "audio", why: "network" });
});

test("what gets well goes back up step by step", () => {
  const steps = begun();
  let now = run(steps, LOSSY, 0, 2 * HOLD.down + 2000);
  expect(steps.ladder(false).step).toBe("audio");
  now = run(steps, GOOD, now, HOLD.up - 2000);
  expect(steps.ladder(false).step).toBe("audio");
  now = run(steps, GOOD, now, 2000);
  expect(steps.ladder(false)).toEqual({ step: "low", why: "network" });
  run(steps, GOOD, now, HOLD.up);
  expect(steps.ladder(false)).toEqual({ step: "full", why: "none" });
});

test("a trial that fails makes the next one wait longer", () => {
  const steps = begun();
  let now = run(steps, THIN, 0, HOLD.down);
  const tries: number[] = [];
  let fellAt = now;
  for (let second = 0; second < 400; second++, now += 1000) {
    const before = steps.ladder(false).step;
    steps.take(before === "full" ? THIN : GOOD, now);
    const after = steps.ladder(false).step;
    if (before === "low" && after === "full") tries.push(now - fellAt);
    if (before === "full" && after === "low") fellAt = now;
  }
  expect(tries.length).toBeGreaterThan(2);
  expect(tries[1] as number).toBeGreaterThanOrEqual(1.8 * HOLD.up);
  expect(tries[2] as number).toBeGreaterThanOrEqual(3.6 * HOLD.up);
});

test("a machine that is too slow is named as the reason, and a saver saves by choice", () => {
  const steps = begun();
  expect(steps.ladder(true)).toEqual({ step: "low", why: "saver" });
  run(steps, SLOW, 0, HOLD.machine);
  expect(steps.ladder(false)).toEqual({ step: "low", why: "machine" });
  expect(steps.ladder(true)).toEqual({ step: "low", why: "machine" });
});

test("what is not known yet is no reason to step down", () => {
  const steps = begun();
  run(steps, { loss: 0, rtt: null, available: null, limited: "none" }, 0, 60_000);
  expect(steps.ladder(false).step).toBe("full");
});

test("more is not tried while packets queue, and late on a long line", () => {
  const steps = new Steps();
  let now = run(steps, GOOD, 0, 1000);
  now = run(steps, { ...GOOD, rtt: 400 }, now, 20_000);
  expect(steps.ladder(false).step).toBe("low");
  run(steps, GOOD, now, HOLD.start);
  expect(steps.ladder(false).step).toBe("full");
  const long = new Steps();
  now = run(long, { ...GOOD, rtt: 300 }, 0, HOLD.up - 1000);
  expect(long.ladder(false).step).toBe("low");
  run(long, { ...GOOD, rtt: 300 }, now, 1000);
  expect(long.ladder(false).step).toBe("full");
});
