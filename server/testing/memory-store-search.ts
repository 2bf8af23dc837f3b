import type { Person } from "#protocol/directory";
import { foldText } from "../store/search.ts";

const wordsOf = (text: string): string[] => foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** People of whom every word searched for begins a word of the name, the post or the unit; names first. */
export function searchPeople(people: Person[], text: string): Person[] {
  const wanted = wordsOf(text);
  if (wanted.length === 0) return [];
  const has = (words: string[], word: string) => words.some((own) => own.startsWith(word));
  return people
    .map((person) => {
      const names = wordsOf(`${person.name.en} ${person.name.ur}`);
      const rest = [person.post, person.unit].flatMap(({ en, ur }) => wordsOf(`${en} ${ur}`));
      return {
        person,
        found: wanted.every((word) => has([...names, ...rest], word)),
        named: wanted.some((w) => has(names, w)),
      };
    })
    .filter(({ found }) => found)
    .sort((a, b) => Number(b.named) - Number(a.named) || (a.person.id < b.person.id ? -1 : 1))
    .map(({ person }) => person);
}
