import { expect, test } from "bun:test";
import { dateWords, dayNumber, momentOf, wallOf } from "./pakistan-time.ts";

const TEN = Date.UTC(2026, 10, 23, 5, 0);

test("ten o'clock in Pakistan is five in Greenwich, in winter and in summer", () => {
  expect(momentOf({ date: "2026-11-23", time: "10:00" })).toBe(TEN);
  expect(momentOf({ date: "2027-07-01", time: "10:00" })).toBe(Date.UTC(2027, 6, 1, 5, 0));
  expect(wallOf(TEN)).toEqual({ date: "2026-11-23", time: "10:00" });
});

test("the clock of the machine does not count", () => {
  const zones = ["UTC", "America/New_York", "Asia/Tokyo"].map((TZ) => {
    const code = `import{momentOf,wallOf}from"./pakistan-time.ts";console.log(momentOf({date:"2026-11-23",time:"00:30"}),JSON.stringify(wallOf(${TEN})))`;
    return Bun.spawnSync([process.execPath, "-e", code], { cwd: import.meta.dir, env: { ...process.env, TZ } })
      .stdout.toString()
      .trim();
  });
  expect(new Set(zones)).toEqual(new Set([`${Date.UTC(2026, 10, 22, 19, 30)} {"date":"2026-11-23","time":"10:00"}`]));
});

test("the summer time of 2008 is kept in memory of the zone, not in our head", () => {
  expect(momentOf({ date: "2008-07-01", time: "10:00" })).toBe(Date.UTC(2008, 6, 1, 4, 0));
});

test("what no clock shows is no moment", () => {
  for (const wall of [
    { date: "2026-02-30", time: "10:00" },
    { date: "2026-11-23", time: "" },
    { date: "", time: "10:00" },
    { date: "23/11/2026", time: "10:00" },
    { date: "2026-11-23", time: "25:00" },
  ])
    expect(momentOf(wall)).toBeNaN();
});

test("a day begins at midnight in Pakistan", () => {
  const midnight = Date.UTC(2026, 10, 22, 19, 0);
  expect(dayNumber(midnight)).toBe(dayNumber(midnight - 1) + 1);
  expect(dayNumber(midnight + 86_399_999)).toBe(dayNumber(midnight));
});

test("a date has its weekday, and its year when it is another one", () => {
  expect(dateWords(TEN, TEN, "en-GB")).toMatch(/^Monday,? 23 November$/);
  expect(dateWords(TEN, Date.UTC(2027, 1, 1), "en-GB")).toMatch(/^Monday,? 23 November 2026$/);
});
