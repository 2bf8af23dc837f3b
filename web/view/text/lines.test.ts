import { expect, test } from "bun:test";
import { linesOf, type Piece } from "./lines.ts";
import { linksIn } from "./links.ts";
import { numbersIn, steady } from "./numbers.ts";
import { dialled } from "./telephone.ts";

const numbers = (text: string) => numbersIn(text).map(({ from, to }) => text.slice(from, to));
const links = (text: string) => linksIn(text).map(({ from, to, href }) => [text.slice(from, to), href]);
const of = (kind: Piece["kind"], text: string) =>
  linesOf(text).flatMap((line) => line.filter((piece) => piece.kind === kind).map((piece) => piece.text));

test("a line is a line, and nothing of the text is lost or moved", () => {
  const text =
    "FYI, as agreed:\r\n\nبراہِ کرم فائل نمبر 12-A/2026 آج www.a.gov.pk/x واپس بھیجیں۔\u2028Ring 0300-5550199.";
  const lines = linesOf(text).map((line) => line.map((piece) => piece.text).join(""));
  expect(lines).toEqual(text.split(/\r\n|[\n\u2028]/));
  expect(linesOf("")).toEqual([[]]);
});

test("numbers stand as one piece: telephones, identity cards, files, dates, in any digits", () => {
  for (const number of [
    "0300-5550199",
    "0300 5550199",
    "0300 555 0199",
    "+92 51 5550100",
    "+92-300-5550199",
    "(051) 5550100",
    "35202-5550199-1",
    "12-A/2026",
    "F.4(2)-Admin/2026",
    "30/11/2026",
    "2026-11-30",
    "1,250.50",
    "۰۳۰۰-۵۵۵۰۱۹۹",
    "٣٠/١١/٢٠٢٦",
    "11:30",
  ]) {
    expect(numbers(`میرا نمبر ${number} ہے۔`)).toEqual([number]);
    expect(numbers(`(${number})`).join()).toContain(number.replace(/^\(|\)$/g, ""));
    expect(numbers(`${number}، ${number}`)).toEqual([number, number]);
  }
});

test("what is no number is left alone", () => {
  for (const text of ["no digits here", "یہ لفظ ہیں", "5", "H2O", "mp3", "end. 7 begins", "A-B/C"])
    expect(numbers(text)).toEqual([]);
});

test("two numbers with a blank between them are two, but for a telephone's groups", () => {
  expect(numbers("2026 300")).toEqual(["2026", "300"]);
});

test("words that are no elements hold their numbers by isolates", () => {
  expect(steady("فون 0300-5550199 پر")).toBe("فون \u20660300-5550199\u2069 پر");
});

test("Latin words inside an Urdu line are one piece, with the brackets that they close", () => {
  expect(of("turned", "یہ Section Officer (Budget) نے لکھا")).toEqual(["Section Officer (Budget)"]);
  expect(of("turned", "دیکھیں (PC-I) فائل")).toEqual(["PC-I"]);
  expect(of("turned", "All in English, with (brackets).")).toEqual([]);
});

test("a link ends where its sentence ends, and keeps the brackets that were opened in it", () => {
  for (const [text, shown] of [
    ["See https://a.pk/x?y=1. Thanks", "https://a.pk/x?y=1"],
    ["دیکھیں https://a.pk/b۔", "https://a.pk/b"],
    ["https://a.pk/b، اور", "https://a.pk/b"],
    ["کیا https://a.pk/b؟", "https://a.pk/b"],
    ["(https://a.pk/Order_(2026))", "https://a.pk/Order_(2026)"],
    ["(see https://a.pk/b)", "https://a.pk/b"],
    ["https://a.pk/b!", "https://a.pk/b"],
    ["<https://a.pk/b>", "https://a.pk/b"],
    ["“https://a.pk/b”", "https://a.pk/b"],
    ["https://ur.wikipedia.org/wiki/پاکستان۔", "https://ur.wikipedia.org/wiki/پاکستان"],
  ] as const)
    expect(links(text).map(([found]) => found)).toEqual([shown]);
});

test("www., e-mail and telephones are links; a name with a dot is not", () => {
  expect(links("www.finance.gov.pk/budget")).toEqual([
    ["www.finance.gov.pk/budget", "http://www.finance.gov.pk/budget"],
  ]);
  expect(links("so.budget@finance.gov.pk کو")).toEqual([
    ["so.budget@finance.gov.pk", "mailto:so.budget@finance.gov.pk"],
  ]);
  expect(links("Budget.No 3, report.in, file.pk")).toEqual([]);
  expect(dialled("0300-5550199")).toBe("03005550199");
  expect(dialled("+92 51 5550100")).toBe("+92515550100");
  expect(dialled("۰۳۰۰-۵۵۵۰۱۹۹")).toBe("03005550199");
  for (const number of ["35202-5550199-1", "30/11/2026", "12-A/2026", "0300", "2026-11-30"])
    expect(dialled(number)).toBeNull();
});

test("nothing but http, https, mail and telephones is ever a link", () => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "http://",
    "ftp://a.pk/x",
    "//a.pk/x",
  ])
    expect(links(text)).toEqual([]);
});

test("no link holds a sign that turns the direction", () => {
  for (const sign of ["\u202e", "\u2066", "\u200f", "\u061c"])
    expect(links(`https://a.pk/${sign}gpj.exe`)).toEqual([["https://a.pk/", "https://a.pk/"]]);
});
