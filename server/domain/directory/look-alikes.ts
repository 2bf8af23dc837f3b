import type { Bilingual } from "#protocol/directory";

/** Signs that nobody sees, or that turn the direction of what stands beside them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u115f\u1160\u2028\u2029\u3164\uffa0\p{Variation_Selector}]/gu;
/** Letters of other scripts that are drawn as Latin ones, and digits that pass for letters (Unicode UTS 39, the common ones). */
const DRAWN_AS: Record<string, string> = Object.fromEntries(
  [
    ["аɑα", "a"],
    ["вβ", "b"],
    ["сϲ", "c"],
    ["ԁ", "d"],
    ["еёєε", "e"],
    ["ɡ", "g"],
    ["нһη", "h"],
    ["іїιıӏ1|", "i"],
    ["јϳ", "j"],
    ["кκ", "k"],
    ["ⅼ", "l"],
    ["мμ", "m"],
    ["пո", "n"],
    ["оοσօ0", "o"],
    ["рρ", "p"],
    ["ԛ", "q"],
    ["г", "r"],
    ["ѕ5", "s"],
    ["тτ", "t"],
    ["υս", "u"],
    ["ѵν", "v"],
    ["ѡω", "w"],
    ["хχ", "x"],
    ["уүγ", "y"],
    ["ʐ2", "z"],
    ["يىئے", "ی"],
    ["كڪ", "ک"],
    ["هھةۃە", "ہ"],
    ["أإآٱ", "ا"],
    ["ؤ", "و"],
    ["ں", "ن"],
  ].flatMap(([like = "", as = ""]) => [...like].map((letter) => [letter, as])),
);
const SCRIPTS = [
  ...[/\p{Script=Latin}/u, /\p{Script=Arabic}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u],
  ...[/\p{Script=Armenian}/u, /\p{Script=Hebrew}/u, /\p{Script=Devanagari}/u, /\p{Script=Han}/u],
];

export const withoutUnseen = (name: string): string => name.replace(UNSEEN, "");

/** What a name looks like: two that are drawn alike fold to the same. `l` and `i` are one, as in most typefaces. */
export const fold = (name: string): string =>
  withoutUnseen(name)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/./gu, (letter) => DRAWN_AS[letter] ?? letter)
    .replaceAll("l", "i")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** A word with letters of more than one script: nobody writes so, but who would be taken for another. */
export const mixesScripts = (name: string): boolean =>
  name.split(/[^\p{L}\p{M}\p{N}]+/u).some((word) => SCRIPTS.filter((script) => script.test(word)).length > 1);

/** Words of offices of the state, which are no part of the name that somebody of the public gives. */
const OFFICES = [
  ...["minister", "secretary", "commissioner", "governor", "president", "senator", "ambassador", "magistrate"],
  ...["collector", "inspector", "superintendent", "registrar", "director general", "chief justice", "attorney general"],
  ...["police", "ministry", "government", "cabinet", "administrator", "nodal officer", "helpdesk", "support", "beep"],
  ...[
    "وزیر",
    "سیکرٹری",
    "سیکریٹری",
    "معتمد",
    "کمشنر",
    "گورنر",
    "صدر مملکت",
    "سینیٹر",
    "سفیر",
    "مجسٹریٹ",
    "کلکٹر",
    "انسپکٹر",
  ],
  ...["ڈائریکٹر جنرل", "چیف جسٹس", "اٹارنی جنرل", "پولیس", "وزارت", "حکومت", "کابینہ", "منتظم"],
].map(fold);

const holds = (name: string, words: string): boolean => words !== "" && ` ${name} `.includes(` ${words} `);

/** Whether a name says an office: by the state's usual words, or by the title of one of these posts. */
export const namesOffice = (name: string, titles: readonly Bilingual[]): boolean =>
  [...OFFICES, ...titles.flatMap(({ en, ur }) => [fold(en), fold(ur)])].some((words) => holds(fold(name), words));

export const looksLike = (name: string, { en, ur }: Bilingual): boolean =>
  fold(name) !== "" && (fold(name) === fold(en) || fold(name) === fold(ur));
