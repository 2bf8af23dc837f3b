import type { Database } from "bun:sqlite";
import type { Bilingual, Post, Unit } from "#protocol/directory";
import { foldText } from "./search.ts";

const MOST_WORDS = 8;

const statements = (db: Database) => ({
  key: db.prepare<{ key: number }, [string]>("SELECT key FROM post_keys WHERE post = ?"),
  addKey: db.prepare("INSERT INTO post_keys (post) VALUES (?)"),
  forget: db.prepare("DELETE FROM posts_words WHERE rowid = ?"),
  add: db.prepare("INSERT INTO posts_words (rowid, title, initials, unit) VALUES (?, ?, ?, ?)"),
  unit: db.prepare<{ unit: string }, [string]>("SELECT unit FROM units WHERE id = ?"),
  find: db.prepare<{ post: string }, [string, number]>(
    `SELECT posts.post FROM posts_words JOIN post_keys ON key = posts_words.rowid JOIN posts ON posts.id = post_keys.post
     WHERE posts_words MATCH ? AND NOT closed ORDER BY bm25(posts_words, 4.0, 4.0, 1.0), posts.id LIMIT ?`,
  ),
  unindexed: db.prepare<{ post: string }, []>(
    "SELECT post FROM posts WHERE id NOT IN (SELECT post FROM post_keys) ORDER BY id",
  ),
});

/** Finds posts of which every word typed begins a word of the title or the unit, in either script, or the title's initials. */
export class PostSearch {
  private readonly sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    this.sql = statements(db);
    const older = this.sql.unindexed.all();
    if (older.length > 0)
      db.transaction(() => {
        for (const { post } of older) this.put(JSON.parse(post) as Post);
      })();
  }

  put({ id, title, unit }: Post): void {
    const key = this.sql.key.get(id)?.key ?? Number(this.sql.addKey.run(id).lastInsertRowid);
    const row = this.sql.unit.get(unit);
    const name = row && (JSON.parse(row.unit) as Unit).name;
    this.sql.forget.run(key);
    this.sql.add.run(key, folded(title), initials(title), name ? folded(name) : "");
  }

  find(text: string, limit: number): Post[] {
    const words = wordsOf(text.slice(0, 200)).slice(0, MOST_WORDS);
    if (words.length === 0) return [];
    const prefixes = words.map((word) => `"${word}"*`).join(" AND ");
    return this.sql.find.all(prefixes, limit).map(({ post }) => JSON.parse(post) as Post);
  }
}

const wordsOf = (text: string): string[] => foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
const folded = ({ en, ur }: Bilingual): string => foldText(`${en} ${ur}`);
const initials = ({ en }: Bilingual): string =>
  wordsOf(en)
    .map(([letter]) => letter)
    .join("");
