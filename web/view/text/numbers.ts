// Numbers as officials write them: telephones, identity cards, files, dates. Unicode's rules for text of two directions
// would turn their groups round inside an Urdu line (UAX #9, W2 to W7), so each stands as one piece from left to right.

const DIGIT = "0-9\u0660-\u0669\u06f0-\u06f9";
/** 35202-5550199-1, 30/11/2026, 1,250.50 */
const GROUPS = `\\(?[${DIGIT}]+(?:[-–/.,:()]{1,2}[${DIGIT}]+)*\\)?`;
/** +92 51 5550100, 0300 555 0199: the only ones that go on behind a blank */
const TELEPHONE = `(?:\\+|[(]?[0\u0660\u06f0])[${DIGIT}]+(?:[-() \u00a0]{1,2}[${DIGIT}]{2,})*\\)?`;
/** 12-A/2026, F.4(2)-Admin/2026: letters and digits with signs between them and no blank */
const NAMED = `[A-Za-z${DIGIT}]+(?:[-–/.:_()#]{1,2}[A-Za-z${DIGIT}]+)+\\)?`;

/** A number of digits ends where neither another one nor a letter belongs to it. */
const END = `(?![${DIGIT}]|[-–/.:_()#]{0,2}[A-Za-z${DIGIT}])`;
const NUMBER = new RegExp(`(?:${TELEPHONE}|${GROUPS})${END}|${NAMED}`, "g");
const HAS_DIGIT = new RegExp(`[${DIGIT}]`);

/** Where numbers of two digits or more are in a text, by its UTF-16 units. */
export function numbersIn(text: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const match of text.matchAll(NUMBER)) {
    let shown = match[0];
    // A bracket that was opened before the number is not its own.
    if (shown.endsWith(")") && !shown.slice(0, -1).includes("(")) shown = shown.slice(0, -1);
    if (shown.length > 1 && HAS_DIGIT.test(shown)) found.push({ from: match.index, to: match.index + shown.length });
  }
  return found;
}

/** With an isolate around each number: for words that are no elements of their own. */
export function steady(text: string): string {
  let out = "";
  let from = 0;
  for (const number of numbersIn(text)) {
    out += `${text.slice(from, number.from)}\u2066${text.slice(number.from, number.to)}\u2069`;
    from = number.to;
  }
  return out + text.slice(from);
}
