import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { Metrics } from "./metrics.ts";
import { RollingReadings } from "./readings.ts";

const MINUTE = 60_000;

function fresh() {
  const wall = { ms: Date.UTC(2026, 10, 22, 9) };
  const metrics = new Metrics();
  return { wall, metrics, readings: new RollingReadings(metrics, () => wall.ms, tmpdir()) };
}

test("what failed counts for ten minutes, and only among enough requests", () => {
  const { wall, readings } = fresh();
  readings.count("beep_http_posts_total", 19);
  readings.count("beep_http_failed_total", 19);
  expect(readings.failedPart()).toBe(0);
  readings.count("beep_http_posts_total");
  expect(readings.failedPart()).toBe(0.95);
  wall.ms += 5 * MINUTE;
  readings.count("beep_http_posts_total", 180);
  expect(readings.failedPart()).toBe(0.095);
  wall.ms += 5.5 * MINUTE;
  expect(readings.failedPart()).toBe(0);
});

test("of sign-ins the hundredth slowest is told, rounded up by a fifth at most", () => {
  const { wall, readings } = fresh();
  expect(readings.signInP99Ms()).toBe(0);
  for (let i = 0; i < 990; i++) readings.observe("beep_sign_in_seconds", 0.005);
  for (let i = 0; i < 10; i++) readings.observe("beep_sign_in_seconds", 3);
  expect(readings.signInP99Ms()).toBeLessThan(8);
  readings.observe("beep_sign_in_seconds", 3);
  expect(readings.signInP99Ms()).toBeWithin(3000, 3700);
  readings.observe("beep_ack_seconds", 60);
  expect(readings.signInP99Ms()).toBeLessThan(3700);
  wall.ms += 11 * MINUTE;
  expect(readings.signInP99Ms()).toBe(0);
  readings.observe("beep_sign_in_seconds", 600);
  expect(readings.signInP99Ms()).toBeGreaterThan(100_000);
});

test("the disk is read, and everything goes on to the metrics", () => {
  const { metrics, readings } = fresh();
  expect(readings.diskFree()).toBeGreaterThan(0);
  readings.count("beep_http_posts_total");
  readings.observe("beep_sign_in_seconds", 0.1);
  expect(metrics.render()).toContain("beep_http_posts_total 1");
  expect(metrics.render()).toContain("beep_sign_in_seconds_count 1");
});
