import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import type { Person } from "#protocol/directory";
import { migrate } from "./migrate.ts";
import { PeopleSearch } from "./people-search.ts";

const PEOPLE: readonly [string, string, string][] = [
  ["Ayesha Rahman", "عائشہ رحمان", "Joint Secretary"],
  ["Imran Waraich", "عمران وڑائچ", "Deputy Commissioner Multan"],
  ["Imrana Khan", "عمرانہ خان", "Section Officer"],
  ["Tariq Chaudhry", "طارق چوہدری", "Assistant Director 33"],
  ["Zulfiqar Abbasi", "ذوالفقار عباسی", "Imran Desk Officer"],
];

function shelf() {
  const db = new Database(":memory:");
  migrate(db, "memory", true);
  const search = new PeopleSearch(db);
  const insert = db.prepare<{ key: number }, [string, string, string]>(
    "INSERT INTO people (id, province, person) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET person = excluded.person RETURNING key",
  );
  const put = (person: Person) => {
    const { key } = insert.get(person.id, person.province, JSON.stringify(person)) as { key: number };
    search.put(key, person);
  };
  const people = PEOPLE.map(([en, ur, post], i): Person => {
    const empty = { en: "", ur: "" };
    return { id: String(i).repeat(32), province: "pb", name: { en, ur }, post: { en: post, ur: "" }, unit: empty };
  });
  for (const person of people) put(person);
  const names = (text: string, limit = 20) => search.find(text, limit).map(({ name }) => name.en);
  return { db, put, people, names };
}

test("words that begin like those typed come first: names before posts, whole words before beginnings", () => {
  const { names } = shelf();
  expect(names("imran")).toEqual(["Imran Waraich", "Imrana Khan", "Zulfiqar Abbasi"]);
  expect(names("assistant director 33")).toEqual(["Tariq Chaudhry"]);
  expect(names("imran", 1)).toEqual(["Imran Waraich"]);
});

test("either script finds the other, and usual spellings find each other", () => {
  const { names } = shelf();
  for (const typed of ["Aisha", "عائشہ", "Ayisha Rehman", "عايشه"]) expect(names(typed)[0]).toBe("Ayesha Rahman");
  for (const typed of ["Chowdhry", "چوہدری", "Tarik Choudhary"]) expect(names(typed)[0]).toBe("Tariq Chaudhry");
  expect(names("zulfikar abasi")[0]).toBe("Zulfiqar Abbasi");
});

test("a slip of the finger is forgiven, nonsense finds nobody", () => {
  const { names } = shelf();
  expect(names("Waraihc")).toEqual(["Imran Waraich"]);
  expect(names("Abbsai")).toEqual(["Zulfiqar Abbasi"]);
  for (const typed of ["", "!!!", "xyzzy", '"', "name:", "NEAR(", "*"]) expect(names(typed)).toEqual([]);
});

test("who is no longer active is not found; who changed the name is found by the new one alone", () => {
  const { names, put, people } = shelf();
  put({ ...(people[0] as Person), state: "retired" });
  put({ ...(people[1] as Person), name: { en: "Kamran Gill", ur: "کامران گل" } });
  expect(names("Ayesha")).toEqual([]);
  expect(names("Waraich")).toEqual([]);
  expect(names("Kamran")[0]).toBe("Kamran Gill");
});

test("people older than the index are taken into it when the file is opened", () => {
  const { db, names } = shelf();
  for (const table of ["people_words", "people_keys", "people_grams"]) db.run(`DELETE FROM ${table}`);
  expect(names("Aisha")).toEqual([]);
  expect(new PeopleSearch(db).find("Aisha", 5)).toHaveLength(1);
});
