import type { Bilingual, Person } from "#protocol/directory";
import { nameKey } from "./name-key.ts";
import { foldText } from "./search.ts";

/** What one typed word is worth where it meets a word of the entry. */
const NAME = { whole: 100, begins: 70, alike: 50, near: 30 };
const POST = { whole: 40, begins: 25 };
const UNIT = { whole: 15, begins: 10 };

/** How well a person answers to the typed words (folded); 0 where one of them meets nothing. */
export function scorePerson(person: Person, words: readonly string[]): number {
  const name = wordsOf(person.name);
  const post = wordsOf(person.post);
  const unit = wordsOf(person.unit);
  let score = 0;
  for (const word of words) {
    const best = Math.max(inName(word, name), plainly(word, post, POST), plainly(word, unit, UNIT));
    if (best === 0) return 0;
    score += best;
  }
  return score;
}

const wordsOf = (text: Bilingual): string[] => foldText(`${text.en} ${text.ur}`).match(/[\p{L}\p{N}]+/gu) ?? [];

function plainly(word: string, words: readonly string[], worth: { whole: number; begins: number }): number {
  if (words.includes(word)) return worth.whole;
  return words.some((other) => other.startsWith(word)) ? worth.begins : 0;
}

function inName(word: string, names: readonly string[]): number {
  const plain = plainly(word, names, NAME);
  if (plain > 0) return plain;
  const key = nameKey(word);
  if (key.length > 1 && names.some((other) => nameKey(other) === key)) return NAME.alike;
  const most = Math.max(0, ...names.map((other) => likeness(word, other)));
  return most >= 0.4 ? NAME.near * most : 0;
}

/** Part of the pairs of letters that two words share (Sørensen–Dice), 0 to 1. */
function likeness(a: string, b: string): number {
  const pairs = pairsOf(a);
  const others = pairsOf(b);
  let shared = 0;
  for (const pair of pairs) if (others.has(pair)) shared++;
  return pairs.size + others.size === 0 ? 0 : (2 * shared) / (pairs.size + others.size);
}

function pairsOf(word: string): Set<string> {
  const letters = [...word];
  return new Set(letters.slice(1).map((letter, at) => `${letters[at]}${letter}`));
}
