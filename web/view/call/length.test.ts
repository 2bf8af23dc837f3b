import { expect, test } from "bun:test";
import { en } from "../../locales/call/en.ts";
import { groups, lengthWords, timer } from "./length.ts";

test("a running clock", () => {
  expect([0, 7_900, 754_000, 3_723_000, -5].map(timer)).toEqual(["0:00", "0:07", "12:34", "1:02:03", "0:00"]);
});

test("a length in words", () => {
  expect([8_000, 59_600, 60_000, 2_520_000, 3_900_000, 7_200_000].map((ms) => lengthWords(ms, en))).toEqual([
    "8 seconds",
    "1 minute",
    "1 minute",
    "42 minutes",
    "1 hour 5 minutes",
    "2 hours",
  ]);
});

test("a code of 24 digits is six groups", () => {
  expect(groups("012345678901234567890123")).toEqual(["0123", "4567", "8901", "2345", "6789", "0123"]);
  expect(groups("")).toEqual([]);
});
