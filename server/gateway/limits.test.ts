import { expect, test } from "bun:test";
import { Buckets, take } from "./limits.ts";

test("tokens come back with time, up to the burst", () => {
  const bucket = { tokens: 2, at: 0 };
  const rate = { burst: 2, perSecond: 1 };
  expect([take(bucket, rate, 0), take(bucket, rate, 0), take(bucket, rate, 0)]).toEqual([0, 0, 1000]);
  expect(take(bucket, rate, 1000)).toBe(0);
  expect([take(bucket, rate, 99_000), take(bucket, rate, 99_000), take(bucket, rate, 99_000)]).toEqual([0, 0, 1000]);
});

test("a batch above the burst passes on a full bucket and is paid for later", () => {
  const bucket = { tokens: 10, at: 0 };
  const rate = { burst: 10, perSecond: 10 };
  expect(take(bucket, rate, 0, 25)).toBe(0);
  expect(take(bucket, rate, 1000, 1)).toBe(600);
});

test("a clock that goes back gives no tokens", () => {
  const bucket = { tokens: 0, at: 5000 };
  expect(take(bucket, { burst: 1, perSecond: 1 }, 0)).toBe(1000);
});

test("memory is bounded, and the least lately used is forgotten", () => {
  const buckets = new Buckets({ burst: 1, perSecond: 0.001 }, () => 0, 3);
  for (const key of ["a", "b", "c"]) expect(buckets.take(key)).toBe(0);
  expect(buckets.take("a")).toBeGreaterThan(0);
  expect(buckets.take("d")).toBe(0);
  expect(buckets.take("a")).toBeGreaterThan(0);
  expect(buckets.take("b")).toBe(0);
});
