import { expect, test } from "bun:test";
import { nameKey, nameKeys } from "./name-key.ts";

const SAME: readonly string[][] = [
  ["Ayesha", "Aisha", "Ayisha", "عائشہ"],
  ["Qureshi", "Quraishi", "Kureshi", "قریشی"],
  ["Usman", "Osman", "عثمان"],
  ["Imran", "عمران"],
  ["Waraich", "Warraich", "وڑائچ"],
  ["Cheema", "Chima", "چیمہ"],
  ["Chaudhry", "Chaudhary", "Chowdhry", "چوہدری"],
  ["Shaikh", "Sheikh", "شیخ"],
  ["Siddiqui", "Siddiqi", "صدیقی"],
  ["Muhammad", "Mohammad", "Mohd", "محمد"],
  ["Khan", "خان"],
  ["Ghulam", "غلام"],
  ["Zulfiqar", "Zulfikar", "ذوالفقار"],
  ["Hina", "حنا"],
  ["Yasir", "یاسر"],
  ["Fatima", "Fatimah", "فاطمہ"],
  ["Rahman", "Rehman", "رحمان", "رحمن"],
  ["Baloch", "Baluch", "بلوچ"],
];

test("the ways of writing one name, in both scripts, have one key", () => {
  for (const [first = "", ...others] of SAME)
    for (const other of others) expect(`${other} ${nameKey(other)}`).toBe(`${other} ${nameKey(first)}`);
});

test("different names have different keys", () => {
  const keys = SAME.map(([name = ""]) => nameKey(name));
  expect(new Set(keys).size).toBe(keys.length);
});

test("keys of a text: each once, none of single sounds", () => {
  expect(nameKeys("Dr. Muhammad Mohammad A. خان")).toEqual(["dr", "md", "Kn"]);
  expect(nameKeys("17 !?")).toEqual([]);
});
