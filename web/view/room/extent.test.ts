import { expect, test } from "bun:test";
import { Extent } from "./extent.ts";

const rows = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`);

test("rows near the view are drawn, and few of ten thousand", () => {
  const extent = new Extent();
  extent.lay(rows(10_000), () => 50);
  expect(extent.total).toBe(500_000);
  expect(extent.range(250_000, 600, 500)).toEqual([4990, 5023]);
  expect(extent.range(0, 600, 500)).toEqual([0, 23]);
  expect(extent.range(499_400, 600, 500)).toEqual([9978, 10_000]);
});

test("a measured height moves what stands below, and is kept when rows come in above", () => {
  const extent = new Extent();
  extent.lay(["a", "b", "c"], () => 50);
  expect(extent.measure("b", 80)).toBe(true);
  expect(extent.measure("b", 80.2)).toBe(false);
  extent.lay(["a", "b", "c"], () => 50);
  expect(extent.topOf("c")).toBe(130);
  extent.lay(["z", "a", "b", "c"], () => 50);
  expect(extent.topOf("c")).toBe(180);
  extent.forget();
  extent.lay(["a", "b", "c"], () => 50);
  expect(extent.topOf("c")).toBe(100);
});

test("an empty list has no rows and no height", () => {
  const extent = new Extent();
  extent.lay([], () => 50);
  expect(extent.range(0, 600, 500)).toEqual([0, 0]);
  expect(extent.total).toBe(0);
  expect(extent.topOf("a")).toBeUndefined();
});
