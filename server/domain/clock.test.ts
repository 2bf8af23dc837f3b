import { expect, test } from "bun:test";
import { stampOf } from "#protocol/stamp";
import { HybridClock } from "./clock.ts";

const NOON = Date.UTC(2026, 10, 22, 12);

test("stamps grow even when the wall clock stands still or steps back", () => {
  let now = NOON;
  const clock = new HybridClock(() => now);
  const first = clock.next();
  const second = clock.next();
  now -= 60_000;
  expect(first).toBe(stampOf(NOON));
  expect(second).toBeGreaterThan(first);
  expect(clock.next()).toBeGreaterThan(second);
});

test("a stamp that was seen is followed, so that an answer sorts behind what it answers", () => {
  const clock = new HybridClock(() => NOON);
  const seen = stampOf(NOON + 60_000) + 5;
  clock.observe(seen);
  expect(clock.next()).toBe(seen + 1);
});

test("a stamp more than five minutes ahead raises an alert and is not followed", () => {
  const alerts: number[] = [];
  const clock = new HybridClock(
    () => NOON,
    (ms) => alerts.push(ms),
  );
  clock.observe(stampOf(NOON + 3_600_000));
  expect(clock.next()).toBe(stampOf(NOON));
  expect(alerts).toEqual([3_600_000]);
});

test("own stamps are never undercut after a restart, however far ahead they stand", () => {
  const clock = new HybridClock(() => NOON);
  const own = stampOf(NOON + 3_600_000);
  clock.restore(own);
  expect(clock.next()).toBe(own + 1);
});
