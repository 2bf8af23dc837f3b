import { expect, test } from "bun:test";
import { csvRow } from "./csv-cell.ts";

test("no cell begins like a formula (R99)", () => {
  for (const sign of ["=", "+", "-", "@"]) expect(csvRow([`${sign}1+1`])).toBe(`"'${sign}1+1"\r\n`);
  expect(csvRow(["\tx"])).toBe(`"'\tx"\r\n`);
  expect(csvRow(["\rx"])).toBe(`"'\rx"\r\n`);
  expect(csvRow(["+923001234567"])).toBe(`"'+923001234567"\r\n`);
});

test("quotes, commas and lines stay within their cell", () => {
  expect(csvRow(['say "no"', "a,b", "two\nlines", 7, null, undefined])).toBe('"say ""no""","a,b","two\nlines",7,,\r\n');
});
