import { expect, test } from "bun:test";
import { Budget } from "./budget.ts";

const MINUTE = 60_000;
function begin() {
  const wall = { ms: 1_000_000 };
  const alarms: Record<string, unknown>[] = [];
  const allowance = { bytes: 1_000, rows: 100, cpu: 50 };
  const alarm = (_what: string, details: Record<string, unknown>) => void alarms.push(details);
  return { wall, alarms, budget: new Budget(() => wall.ms, alarm, allowance) };
}

for (const [kind, minute] of [["bytes", 1_000] as const, ["rows", 100] as const, ["cpu", 50] as const])
  test(`${kind} beyond a minute's allowance delay that province, as long as they take to be made up for, and no other (R162)`, () => {
    const { budget, wall } = begin();
    budget.charge("pb", { [kind]: minute });
    expect(budget.delay("pb")).toBe(0);
    budget.charge("pb", { [kind]: minute });
    expect(budget.delay("pb")).toBe(MINUTE);
    expect(budget.slowed(["pb", "sd"])).toEqual({ pb: 1, sd: 0 });
    wall.ms += MINUTE / 2;
    expect(budget.delay("pb")).toBe(MINUTE / 2);
    wall.ms += MINUTE / 2;
    expect(budget.delay("pb")).toBe(0);
  });

test("it is alarmed once in a minute, with what it cost", () => {
  const { budget, wall, alarms } = begin();
  budget.charge("pb", { rows: 1_000 });
  for (let i = 0; i < 9; i++) budget.delay("pb");
  budget.overflowed("pb");
  expect(alarms).toEqual([{ from: "pb", bytes: 0, rows: 1_000, cpu: 0 }]);
  wall.ms += MINUTE;
  budget.delay("pb");
  expect(alarms).toHaveLength(2);
});

test("what was saved in quiet hours is not spent at once", () => {
  const { budget, wall } = begin();
  wall.ms += 100 * MINUTE;
  budget.charge("pb", { rows: 201 });
  expect(budget.delay("pb")).toBeGreaterThan(MINUTE);
});

test("work is charged up to its first wait, also where it fails", () => {
  const { budget } = begin();
  const spin = () => {
    for (const until = performance.now() + 60; performance.now() < until; );
    throw new Error("in vain");
  };
  expect(() => budget.timed("pb", spin)).toThrow("in vain");
  expect(budget.delay("pb")).toBeGreaterThan(0);
});
