import type { Database } from "bun:sqlite";
import type { Person } from "#protocol/directory";
import { nameKeys } from "./name-key.ts";
import { scorePerson } from "./people-score.ts";
import { foldText } from "./search.ts";

/** Candidates that are read and scored at most; the scan of a common name ends there. */
const MOST = 300;
/** Of a misspelt name's letter triples, the rarest so many are looked for. */
const GRAMS = 5;

const statements = (db: Database) => ({
  forgetWords: db.prepare("DELETE FROM people_words WHERE rowid = ?"),
  addWords: db.prepare("INSERT INTO people_words (rowid, name, post, unit) VALUES (?, ?, ?, ?)"),
  forgetKeys: db.prepare("DELETE FROM people_keys WHERE rowid = ?"),
  addKeys: db.prepare("INSERT INTO people_keys (rowid, keys) VALUES (?, ?)"),
  forgetGrams: db.prepare("DELETE FROM people_grams WHERE rowid = ?"),
  addGrams: db.prepare("INSERT INTO people_grams (rowid, name) VALUES (?, ?)"),
  words: db.prepare<{ person: string }, [string, number]>(
    "SELECT person FROM people_words JOIN people ON key = people_words.rowid WHERE people_words MATCH ? LIMIT ?",
  ),
  keys: db.prepare<{ person: string }, [string, number]>(
    "SELECT person FROM people_keys JOIN people ON key = people_keys.rowid WHERE people_keys MATCH ? LIMIT ?",
  ),
  grams: db.prepare<{ person: string }, [string, number]>(
    "SELECT person FROM people_grams JOIN people ON key = people_grams.rowid WHERE people_grams MATCH ? LIMIT ?",
  ),
  gramCount: db.prepare<{ doc: number }, [string]>("SELECT doc FROM gram_counts WHERE term = ?"),
  unindexed: db.prepare<{ key: number; person: string }, []>(
    "SELECT key, person FROM people WHERE key NOT IN (SELECT id FROM people_keys_docsize)",
  ),
});

/**
 * Finds people by what somebody types of name, post and unit, in either script and with usual misspellings: first words
 * that begin like those typed, then names that sound alike, then names that share rare triples of letters.
 */
export class PeopleSearch {
  private readonly sql: ReturnType<typeof statements>;

  constructor(private readonly db: Database) {
    this.sql = statements(db);
    const older = this.sql.unindexed.all();
    if (older.length > 0)
      this.db.transaction(() => {
        for (const { key, person } of older) this.put(key, JSON.parse(person));
      })();
  }

  /** @param key rowid of the person in `people` */
  put(key: number, person: Person): void {
    const { name, post, unit } = person;
    const words = (text: Person["name"]) => foldText(`${text.en} ${text.ur}`);
    this.forget(key);
    this.sql.addWords.run(key, words(name), words(post), words(unit));
    this.sql.addKeys.run(key, nameKeys(`${name.en} ${name.ur}`).map(asToken).join(" "));
    this.sql.addGrams.run(key, words(name));
  }

  find(text: string, limit: number): Person[] {
    const words = foldText(text.slice(0, 200))
      .match(/[\p{L}\p{N}]+/gu)
      ?.slice(0, 8);
    if (!words) return [];
    const found = new Map<string, { person: Person; score: number }>();
    const take = (rows: { person: string }[]) => {
      for (const row of rows) {
        const person = JSON.parse(row.person) as Person;
        if (person.state && person.state !== "active") continue;
        if (!found.has(person.id)) found.set(person.id, { person, score: scorePerson(person, words) });
      }
    };
    const prefixes = words.map((word) => `"${word}"*`).join(" AND ");
    take(this.sql.words.all(`name : (${prefixes})`, MOST));
    if (found.size < MOST) take(this.sql.words.all(prefixes, MOST));
    if (found.size < limit) take(this.alike(text));
    if (found.size < Math.min(limit, 5)) take(this.misspelt(words));
    return [...found.values()]
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || (a.person.id < b.person.id ? -1 : 1))
      .slice(0, limit)
      .map(({ person }) => person);
  }

  private forget(key: number): void {
    this.sql.forgetWords.run(key);
    this.sql.forgetKeys.run(key);
    this.sql.forgetGrams.run(key);
  }

  private alike(text: string): { person: string }[] {
    const keys = nameKeys(text).map(asToken);
    return keys.length > 0 ? this.sql.keys.all(keys.map((key) => `"${key}"`).join(" AND "), MOST) : [];
  }

  private misspelt(words: readonly string[]): { person: string }[] {
    const grams = [...new Set(words.flatMap(triples))]
      .map((gram) => ({ gram, people: this.sql.gramCount.get(gram)?.doc ?? 0 }))
      .filter(({ people }) => people > 0)
      .sort((a, b) => a.people - b.people)
      .slice(0, GRAMS);
    return grams.flatMap(({ gram }) => this.sql.grams.all(`"${gram}"`, MOST));
  }
}

/** The tokenizer folds case: sounds that a key writes in upper case are digits in the index. */
const asToken = (key: string): string => key.replace(/[SCKG]/g, (sound) => String("SCKG".indexOf(sound)));

/** Three letters each that stand together in a word. */
const triples = (word: string): string[] => {
  const letters = [...word];
  return letters.slice(2).map((_, at) => letters.slice(at, at + 3).join(""));
};
