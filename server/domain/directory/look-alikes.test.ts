import { expect, test } from "bun:test";
import { fold, looksLike, mixesScripts, namesOffice, withoutUnseen } from "./look-alikes.ts";

const NAME = { en: "Cecilia Prakash", ur: "عائشہ خان" };
/** Ways of writing one name so that it is read alike. */
const ALIKE: Record<string, string> = {
  "in capitals": "CECILIA PRAKASH",
  "with other spaces and signs": " Cecilia\u00a0 .Prakash ",
  "with letters of other scripts": "Сесіlіа Рrаkаsh",
  "with digits": "Cec1l1a Prakash",
  "with a small L for an I": "Cecllla Prakash",
  "with a zero width space": "Ceci\u200blia Pra\u200dkash",
  "with a soft hyphen": "Ceci\u00adlia Prakash",
  "with marks of direction": "\u202eCecilia\u202c \u2067Prakash\u2069",
  "with tags": "Cecilia Prakash\u{e0041}\u{e007f}",
  "with accents": "Cécîlia Prákash",
  "in wide letters": "Ｃｅｃｉｌｉａ Prakash",
  "in mathematical letters": "𝐂𝐞𝐜𝐢𝐥𝐢𝐚 𝐏𝐫𝐚𝐤𝐚𝐬𝐡",
  "in Urdu with Arabic letters": "عائشه خان",
  "in Urdu with a joiner": "عا\u200cئشہ خان",
};
for (const [how, name] of Object.entries(ALIKE))
  test(`a name written ${how} looks the same (R134)`, () => expect(looksLike(name, NAME)).toBe(true));

test("other names look otherwise (R134)", () => {
  for (const name of ["Cecilia Prakashi", "Cecilia", "Prakash Cecilia", "عائشہ", "", "…"])
    expect([name, looksLike(name, NAME)]).toEqual([name, false]);
  expect(fold("…")).toBe("");
});

test("a word of two scripts is told from words of two (R134)", () => {
  for (const name of ["Сесіlia", "Аyesha Khan", "Ayesha Кhan", "خanعائشہ"])
    expect([name, mixesScripts(name)]).toEqual([name, true]);
  for (const name of ["Ayesha Khan", "عائشہ خان", "Ayesha خان", "Zoë O’Brien-7", "Иван"])
    expect([name, mixesScripts(name)]).toEqual([name, false]);
});

test("an office's words are no name of somebody of the public, however they are written (R134)", () => {
  const titles = [{ en: "Tehsildar Quetta", ur: "تحصیلدار کوئٹہ" }];
  for (const name of [
    ...["Prime Minister of Pakistan", "PRlME M1NISTER", "Рrіmе Міnіstеr", "Chief Sec\u200bretary", "وزیرِ اعظم پاکستان"],
    ...["Tehsildar Quetta", "the tehsildar, QUETTA", "Beep Support"],
  ])
    expect([name, namesOffice(name, titles)]).toEqual([name, true]);
  for (const name of ["Ministerial Khan", "Ayesha Khan", "Quetta Khan", "عائشہ خان"])
    expect([name, namesOffice(name, titles)]).toEqual([name, false]);
});

test("what nobody sees is taken out, and nothing else is", () => {
  expect(withoutUnseen("A\u200bye\u00adsha\u202e \u2066Khan\ufeff")).toBe("Ayesha Khan");
  expect(withoutUnseen("عائشہ O’Brien")).toBe("عائشہ O’Brien");
});
