import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import type { Post } from "#protocol/directory";
import { migrate } from "./migrate.ts";
import { openTables } from "./tables.ts";

const post = (id: string, en: string, ur: string, unit: string, over: Partial<Post> = {}): Post => ({
  ...{ id, province: "ba", unit, title: { en, ur } },
  ...over,
});

test("posts are found by words of title and unit, in either script, and by initials (R75)", () => {
  const db = new Database(":memory:");
  migrate(db, "memory", true);
  const { offices } = openTables(db);
  const name = { en: "Quetta District", ur: "ضلع کوئٹہ" };
  offices.putUnit({ id: "quetta", province: "ba", parent: null, kind: "district", name });
  offices.putPost(post("dcq", "Deputy Commissioner Quetta", "ڈپٹی کمشنر کوئٹہ", "quetta"));
  offices.putPost(post("ac", "Assistant Commissioner", "اسسٹنٹ کمشنر", "quetta"));
  offices.putPost(post("dcp", "Deputy Commissioner Pishin", "ڈپٹی کمشنر پشین", "pishin"));
  const found = (text: string, limit = 9) => offices.findPosts(text, limit).map(({ id }) => id);
  expect(found("deputy comm")).toEqual(["dcp", "dcq"].sort());
  expect(found("DC Quetta")).toEqual(["dcq"]);
  expect(found("کمشنر کوئٹہ")[0]).toBe("dcq");
  expect(found("quetta commissioner")).toEqual(["dcq", "ac"]);
  expect([found("comm", 1).length, found(""), found('"*'), found("nobody")]).toEqual([1, [], [], []]);

  offices.putPost(post("dcp", "Collector Pishin", "کلکٹر", "pishin"));
  expect(found("deputy pishin")).toEqual([]);
  offices.putPost(post("dcp", "Collector Pishin", "کلکٹر", "pishin", { closed: true }));
  expect(found("collector")).toEqual([]);
});

test("posts that are older than their index enter it when the file is opened", () => {
  const db = new Database(":memory:");
  migrate(db, "memory", true);
  openTables(db).offices.putPost(post("dcq", "Deputy Commissioner Quetta", "", "quetta"));
  for (const table of ["post_keys", "posts_words"]) db.run(`DELETE FROM ${table}`);
  expect(openTables(db).offices.findPosts("quetta", 9)).toHaveLength(1);
});
