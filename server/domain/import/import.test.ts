import { expect, test } from "bun:test";
import type { Charge, Entry, Person, Post, Unit } from "#protocol/directory";
import type { Offices } from "../directory/ports.ts";
import { readCsv } from "./csv.ts";
import { type Ground, planRows } from "./plan.ts";
import { type Row, readRow } from "./row.ts";

const NOW = Date.UTC(2026, 10, 22);
const HEAD = "number,name_en,name_ur,unit_en,unit_ur,post_en,post_ur,grade,email,mobile,charge,from,order,state";
const IMRAN =
  "P-1,Imran Waraich,عمران وڑائچ,Multan > Office,ملتان > دفتر,Deputy Commissioner,ڈپٹی کمشنر,BPS-19,imran@mul.gov.pk,0300-1234567,,,,";

/** A directory that takes what was planned, as a node would. */
class Known {
  readonly people = new Map<string, Person>();
  readonly units = new Map<string, Unit>();
  readonly posts = new Map<string, Post>();
  readonly charges = new Map<string, Charge>();

  ground(more: Partial<Ground> = {}): Ground {
    const offices = {
      units: () => [...this.units.values()],
      posts: ({ unit }: { unit: string }) => [...this.posts.values()].filter((post) => post.unit === unit),
      unit: (id: string) => this.units.get(id),
      post: (id: string) => this.posts.get(id),
      charge: (id: string) => this.charges.get(id),
      chargesOf: (id: string) =>
        [...this.charges.values()].filter(({ person, cancelled }) => person === id && !cancelled),
      personByNumber: (_province: string, number: string) =>
        [...this.people.values()].find((person) => person.number === number),
    } as Partial<Offices> as Offices;
    return { province: "pb", offices, person: (id) => this.people.get(id), now: NOW, removals: false, ...more };
  }

  take(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if ("person" in entry) this.people.set(entry.person.id, entry.person);
      else if ("unit" in entry) this.units.set(entry.unit.id, entry.unit);
      else if ("post" in entry) this.posts.set(entry.post.id, entry.post);
      else if ("charge" in entry) this.charges.set(entry.charge.id, entry.charge);
    }
  }
}

function rowsOf(...lines: string[]) {
  const { rows, refused } = readCsv([HEAD, ...lines].join("\r\n"));
  const read = rows.map(readRow);
  const bad = read.filter((row) => "why" in row);
  return { rows: read.filter((row): row is Row => "name" in row), refused: [...refused, ...bad] };
}

test("a row becomes a person, units, a post and the charge of it; the same file again changes nothing", () => {
  const known = new Known();
  const { rows, refused } = rowsOf(IMRAN);
  expect(refused).toEqual([]);
  const plan = planRows(rows, known.ground());
  expect(plan).toMatchObject({ fresh: 5, refused: [], same: 0 });
  known.take(plan.entries);
  const [person] = known.people.values();
  expect(person).toMatchObject({
    number: "P-1",
    grade: 19,
    contact: { email: "imran@mul.gov.pk", mobile: "+923001234567" },
  });
  expect([...known.units.values()].map(({ kind, name }) => `${kind} ${name.ur}`)).toEqual([
    "department ملتان",
    "division دفتر",
  ]);
  expect([...known.charges.values()]).toMatchObject([{ kind: "regular", from: NOW, to: null, person: person?.id }]);
  expect(planRows(rows, known.ground({ now: NOW + 86_400_000 }))).toMatchObject({ entries: [], same: 1 });
});

test("a changed row changes just what it says, and does not take the Urdu name away", () => {
  const known = new Known();
  known.take(planRows(rowsOf(IMRAN).rows, known.ground()).entries);
  const { rows } = rowsOf("p-1,Imran Waraich,,,,,,20,,,,,,");
  const plan = planRows(rows, known.ground());
  expect(plan).toMatchObject({ fresh: 0, entries: [{ person: { grade: 20, name: { ur: "عمران وڑائچ" } } }] });
  expect(plan.entries).toHaveLength(1);
});

test("another regular post ends the one before on the day on which it begins; an additional one does not", () => {
  const known = new Known();
  known.take(planRows(rowsOf(IMRAN).rows, known.ground()).entries);
  const moved = "P-1,Imran Waraich,,Lahore,,Secretary,,,,,regular,01-12-2026,SO-7/2026,";
  known.take(planRows(rowsOf(moved).rows, known.ground()).entries);
  const day = Date.UTC(2026, 11, 1) - 5 * 3600_000;
  expect([...known.charges.values()]).toMatchObject([
    { from: NOW, to: day },
    { from: day, to: null, order: "SO-7/2026" },
  ]);
  const also = "P-1,Imran Waraich,,Sahiwal,,Commissioner,,,,,additional,02-12-2026,,";
  known.take(planRows(rowsOf(also).rows, known.ground()).entries);
  expect([...known.charges.values()].map(({ to }) => to)).toEqual([day, null, null]);
  expect(planRows(rowsOf(moved, also).rows, known.ground())).toMatchObject({ entries: [], same: 2 });
});

test("every row that is not taken is named, with its line, column and why", () => {
  const { rows, refused } = rowsOf(
    ",Nobody,,,,,,,,,,,,",
    "P-2,,,,,,,,,,,,,",
    "P-3,A,,,,Clerk,,,,,,,,",
    "P-4,A,,,,,,23,,,,,,",
    "P-5,A,,,,,,,not an address,,,,,",
    "P-6,A,,,,,,,,12,,,,",
    "P-7,A,,U > V,ایک,,,,,,,,,",
    "P-8,A,,U,,Clerk,,,,,sometimes,,,",
    "P-9,A,,U,,Clerk,,,,,,31-02-2026,,",
    `P-10,${"x".repeat(201)},,,,,,,,,,,,`,
    "P-11,A,,,,,,,,,,,,,,,too,many",
    "=P-12,A,,,,,,,,,,,,",
  );
  expect(rows).toEqual([]);
  expect(refused.map((row) => `${row.line} ${row.column ?? "-"}`).sort()).toEqual(
    [
      "2 number",
      "3 name_en",
      "4 unit_en",
      "5 grade",
      "6 email",
      "7 mobile",
      "8 unit_ur",
      "9 charge",
      "10 from",
      "11 name_en",
      "12 -",
      "13 number",
    ].sort(),
  );
  for (const { why } of refused) expect(why.length).toBeGreaterThan(10);
});

test("one number for two people, and states, are refused by the plan", () => {
  const known = new Known();
  const { rows } = rowsOf(IMRAN, "P-1,Somebody Else,,,,,,,,,,,,", "P-2,Retiring,,,,,,,,,,,,retired");
  const plan = planRows(rows, known.ground());
  expect(plan.refused.map(({ line, column }) => `${line} ${column}`)).toEqual(["3 number", "4 state"]);
  const allowed = planRows(rows, known.ground({ removals: true }));
  expect(allowed.entries.at(-1)).toMatchObject({ person: { number: "P-2", state: "retired" } });
});

test("posts of one title in one unit are told apart by their numbers, and found again", () => {
  const head = "number;name;unit;post;post_number";
  const lines = ["A;Asad;Lahore;Clerk;1", "B;Bina;Lahore;Clerk;2", "C;Careem;Lahore;Clerk;"];
  const rows = readCsv(`\ufeff${[head, ...lines].join("\n")}`).rows.map(readRow) as Row[];
  const known = new Known();
  known.take(planRows(rows, known.ground()).entries);
  expect(known.posts.size).toBe(3);
  expect(planRows(rows, known.ground())).toMatchObject({ entries: [], same: 3 });
});

test("a file that is no CSV is refused in words, from the line where it stops being one", () => {
  expect(readCsv("name_en\nA").refused).toEqual([{ line: 1, why: "The head has no number." }]);
  const { rows, refused } = readCsv('number,name_en\nP-1,A\nP-2,"B\nP-3,C\n');
  expect(rows.length + refused.length).toBeGreaterThan(0);
  expect(refused).toHaveLength(1);
});
