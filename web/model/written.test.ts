import { expect, test } from "bun:test";
import { encodeClear } from "#protocol/clear";
import { MAX_BODY } from "#protocol/record";
import { isBlank, lettersOver } from "./written.ts";

test("what nobody would see is no message", () => {
  for (const text of [
    "",
    " \n\t",
    "\u200b\u200c\u2060\u3164\u2800",
    "\ufeff\u00ad\u202e",
    "\u{e0041}",
    "\u115f\uffa0\ufe0f",
  ])
    expect(isBlank(text)).toBe(true);
  for (const text of [".", "ہ", "\u200fہ", "👍🏽", "👨\u200d👩", "۔"]) expect(isBlank(text)).toBe(false);
});

test("a text fits or not by what one message holds, whatever its letters", () => {
  for (const letter of ["a", "ہ", "中", "😀", '"', "\n", "\u0001"]) {
    const bytes = encodeClear({ text: letter }).length - encodeClear({ text: "" }).length;
    const most = Math.floor((MAX_BODY - encodeClear({ text: "" }).length) / bytes);
    expect(lettersOver(letter.repeat(most))).toBe(0);
    const over = lettersOver(letter.repeat(most + 100));
    // In the units that a page counts, and never fewer than must go.
    expect(over).toBeGreaterThanOrEqual(99 * letter.length);
    expect(lettersOver(letter.repeat(most + 100).slice(0, -over - letter.length))).toBe(0);
  }
});
