import { expect, test } from "bun:test";
import { csvRow } from "../../domain/administration/csv-cell.ts";
import { isEntry } from "../../domain/directory/entry-shape.ts";
import { invitationSheet } from "../../domain/enrolment/invitation-sheet.ts";
import { letter, shortMessage } from "../../messengers/words.ts";
import { plain } from "../../ops/command.ts";

const NASTY = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "'-alert(1)-'",
  "</title></style><svg onload=alert(1)>",
  "a\r\nBcc: thief@evil.example\r\n\r\nnew body",
  "\u202eelif.exe\u2066",
  "javascript:alert(1)",
];

test("a sheet holds no markup but its own, whatever people are called", () => {
  const bare = invitationSheet([sheetOf("Name")]).match(/<[a-z!/]/gi)?.length;
  for (const text of NASTY) {
    const html = invitationSheet([sheetOf(text)]);
    expect(html.match(/<[a-z!/]/gi)?.length).toBe(bare);
    expect(html).not.toContain("\u202e");
  }
});

const sheetOf = (text: string) => {
  const both = { en: text, ur: text };
  return { name: both, post: both, unit: both, code: text, url: `https://beep.example/#/join/${text}`, expires: 1e12 };
};

test("a letter and a short message say what they say, whatever people are called", () => {
  const of = (text: string) => ({
    ...{
      id: "x",
      name: { en: text, ur: text },
      code: "ABCDE-FGHJK",
      url: "https://beep.example/#/join/A",
      expires: 1e12,
    },
  });
  const lines = letter(of("Name")).split("\n").length;
  for (const text of NASTY) {
    expect(letter(of(text)).split("\n")).toHaveLength(lines);
    expect(letter(of(text))).not.toMatch(/^bcc:/im);
    expect(shortMessage(of(text))).not.toContain(text);
  }
});

test("no cell of an export is a formula", () => {
  for (const sign of ["=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠"]) {
    const row = csvRow([`${sign}HYPERLINK("http://evil.example")`]);
    expect(row.replace(/^"/, "").startsWith("'")).toBe(true);
  }
});

test("what the operator's terminal is told holds no commands for it", () => {
  expect(plain("Ali\u001b]0;x\u0007\u009b2J\u202eكhan\nnext\tcell")).toBe("Ali]0;x2Jكhan\nnext\tcell");
});

test("no date lies beyond what a screen can show", () => {
  const charge = { id: "c", post: "p", person: "0".repeat(32), kind: "regular", to: null };
  expect(isEntry({ charge: { ...charge, from: 8.64e15 } })).toBe(true);
  expect(isEntry({ charge: { ...charge, from: 8.64e15 + 1 } })).toBe(false);
  expect(isEntry({ charge: { ...charge, from: Number.MAX_SAFE_INTEGER } })).toBe(false);
});
