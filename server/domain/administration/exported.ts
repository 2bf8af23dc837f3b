import type { Person } from "#protocol/directory";
import type { OrderAct } from "#protocol/order";
import type { Store } from "../ports.ts";
import { csvRow } from "./csv-cell.ts";

/** Characters of a piece: a frame on its way to a slow client must not be taken for one that does not read. */
const PIECE = 150_000;
const ROWS = 200;

const PEOPLE = [
  ...["id", "number", "name_en", "name_ur", "post_en", "post_ur", "unit_en", "unit_ur", "grade"],
  ...["email", "mobile", "office", "state"],
];
const AUDIT = ["n", "at", "kind", "by", "facts", "hash"];

export interface Piece {
  csv: string;
  /** entries in it */
  rows: number;
  /** what is to be fetched after it; null: it was the last one */
  next: string | null;
}

/**
 * One piece of the file of an export.
 * @param after "" for the first one
 * @param shown the person with post and unit in words, as everybody sees them
 */
export function pieceOf(
  what: Extract<OrderAct, { do: "export" }>["what"],
  after: string,
  store: Store,
  shown: (person: Person) => Person,
): Piece {
  const head = after === "" ? csvRow(what === "people" ? PEOPLE : AUDIT) : "";
  return what === "people" ? people(head, after, store, shown) : audit(head, after, store);
}

function people(head: string, from: string, { province, tables }: Store, shown: (person: Person) => Person): Piece {
  let [csv, after, rows] = [head, from, 0];
  while (csv.length < PIECE) {
    const page = tables.offices.peopleAfter(province, after, ROWS);
    for (const person of page) csv += personRow(shown(person));
    rows += page.length;
    if (page.length < ROWS) return { csv, rows, next: null };
    after = (page.at(-1) as Person).id;
  }
  return { csv, rows, next: after };
}

function personRow({ id, number, name, post, unit, grade, contact = {}, state = "active" }: Person): string {
  const { email, mobile, office } = contact;
  const words = [name.en, name.ur, post.en, post.ur, unit.en, unit.ur];
  return csvRow([id, number, ...words, grade, email, mobile, office, state]);
}

function audit(head: string, from: string, { tables }: Store): Piece {
  let [csv, n, rows] = [head, Number(from || 0), 0];
  while (csv.length < PIECE) {
    const page = tables.audit.entries(n + 1, ROWS);
    for (const { at, kind, by, facts, hash, ...entry } of page)
      csv += csvRow([entry.n, new Date(at).toISOString(), kind, JSON.stringify(by), JSON.stringify(facts), hash]);
    rows += page.length;
    n += page.length;
    if (page.length < ROWS) return { csv, rows, next: null };
  }
  return { csv, rows, next: String(n) };
}
