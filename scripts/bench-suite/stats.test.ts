import { expect, test } from "bun:test";
import { quantile, spread } from "./stats.ts";

test("the median of an even number lies between the middle two", () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, most: 4, runs: 4 });
});

test("quantiles of few values are values that were seen", () => {
  expect(quantile([1, 2, 3], 0.99)).toBe(3);
  expect(quantile([1, 2, 3], 0.5)).toBe(2);
  expect(quantile([], 0.5)).toBeNaN();
});
