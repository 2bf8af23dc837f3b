import { expect, test } from "bun:test";
import { clean, initials, plain, shortName, told } from "./names.ts";

test("a name cannot turn the text around it, and keeps its joiners", () => {
  expect(clean("abc\u202egpj.exe\u2066x\u2069")).toBe("abcgpj.exex");
  expect(clean("می\u200cخواہم")).toBe("می\u200cخواہم");
});

test("a name in one language only is told in that one", () => {
  expect(told({ en: "Sana Memon", ur: "" })).toBe("Sana Memon");
  expect(told({ en: "", ur: "ثناء میمن" })).toBe("ثناء میمن");
});

test("titles do not make initials or short names", () => {
  expect(initials("Dr. Sana Iqbal")).toBe("SI");
  expect(initials("ڈاکٹر ثناء اقبال")).toBe("ث");
  expect(shortName("Syed Ghulam Shah")).toBe("Ghulam");
  expect(initials("")).toBe("");
  expect(initials("Bilal Ahmed (Engineers)")).toBe("BA");
});

test("spellings of one Arabic letter are the same when searched", () => {
  expect(plain("كراچي")).toBe(plain("کراچی"));
  expect(plain("  Übermut ")).toBe("ubermut");
});
