/** Urdu letters by the sound they have in names; vowels and what is written without being heard have none. */
const SOUNDS: Record<string, string> = {
  ب: "b",
  پ: "p",
  ت: "t",
  ٹ: "t",
  ث: "s",
  ج: "j",
  چ: "C",
  خ: "K",
  د: "d",
  ڈ: "d",
  ذ: "z",
  ر: "r",
  ڑ: "r",
  ز: "z",
  ژ: "z",
  س: "s",
  ش: "S",
  ص: "s",
  ض: "z",
  ط: "t",
  ظ: "z",
  غ: "G",
  ف: "f",
  ق: "k",
  ک: "k",
  ك: "k",
  گ: "g",
  ل: "l",
  م: "m",
  ن: "n",
  ں: "n",
  ڻ: "n",
  ڙ: "r",
  ټ: "t",
  ډ: "d",
  ړ: "r",
  ڼ: "n",
  ښ: "S",
  ږ: "g",
  ځ: "z",
  څ: "s",
};
/** Letters that are heard as consonants at the beginning of a word only. */
const FIRST: Record<string, string> = {
  و: "w",
  ی: "y",
  ي: "y",
  ہ: "h",
  ه: "h",
  ھ: "h",
  ح: "h",
  ا: "a",
  آ: "a",
  ع: "a",
  أ: "a",
  إ: "a",
  ئ: "a",
  ۃ: "",
};

const DIGRAPHS: readonly [RegExp, string][] = [
  [/sch|sh/g, "S"],
  [/tch|ch/g, "C"],
  [/kh/g, "K"],
  [/gh/g, "G"],
  [/ph/g, "f"],
  [/([bdjtzgp])h/g, "$1"],
  [/ck|q/g, "k"],
  [/x/g, "ks"],
  [/c(?=[eiy])/g, "s"],
  [/c/g, "k"],
  [/v/g, "w"],
];

/**
 * What a name's word sounds like in either script, so that "Qureshi", "Quraishi" and "قریشی" are one: its consonants,
 * and its first vowel as "a". Upper case stands for sounds that Latin writes with two letters. Empty where no letter is known.
 * @param word one word, folded or not
 */
export function nameKey(word: string): string {
  const plain = word
    .normalize("NFKD")
    .replace(/[\p{Mn}\p{Cf}ـ]/gu, "")
    .toLowerCase();
  const sounds = /[\u0600-\u06ff]/.test(plain) ? fromUrdu(plain) : fromLatin(plain);
  return sounds.replace(/(.)\1+/g, "$1");
}

function fromUrdu(word: string): string {
  const [first = "", ...rest] = word;
  return (FIRST[first] ?? SOUNDS[first] ?? "") + rest.map((letter) => SOUNDS[letter] ?? "").join("");
}

function fromLatin(word: string): string {
  const sounds = DIGRAPHS.reduce((text, [pattern, by]) => text.replace(pattern, by), word.replace(/[^a-z]/g, ""));
  const first = sounds.slice(0, 1).replace(/[eiou]/, "a");
  return first + sounds.slice(1).replace(/[aeiouhwy]/g, "");
}

/** The keys of all words of a text, each once. */
export const nameKeys = (text: string): string[] => [
  ...new Set((text.normalize("NFC").match(/[\p{L}\p{M}]+/gu) ?? []).map(nameKey).filter((key) => key.length > 1)),
];
