import type { Charge, PersonState } from "#protocol/directory";
import type { RefusedRow } from "#protocol/admin";

/** One person's line of an import, read and checked: from CSV, LDAP or SCIM alike. */
export interface Row {
  line: number;
  number: string;
  name: { en: string; ur: string };
  /** from the top of the tree down; empty where the row names none */
  unit: { en: string; ur: string }[];
  post: { en: string; ur: string } | null;
  /** tells posts of one title in one unit apart; empty where there is one */
  postNumber: string;
  grade: number | undefined;
  contact: { email?: string; mobile?: string; office?: string };
  charge: Charge["kind"];
  /** milliseconds since 1970; null: from the import on */
  from: number | null;
  to: number | null;
  order: string;
  /** undefined where the row does not say */
  state: PersonState | undefined;
}

/** A row as its source gives it: texts by column. What is not known is left out. */
export type RawRow = { line: number } & Partial<Record<Column, string>>;

export const COLUMNS = [
  "number",
  "name_en",
  "name_ur",
  "unit_en",
  "unit_ur",
  "post_en",
  "post_ur",
  "post_number",
  "grade",
  "email",
  "mobile",
  "office",
  "charge",
  "from",
  "to",
  "order",
  "state",
] as const;
export type Column = (typeof COLUMNS)[number];

const MAX_TEXT = 200;
const NUMBER = /^[\p{L}\p{N}][\p{L}\p{N}/.-]{0,31}$/u;
const EMAIL = /^[^\s@"<>,;:()[\]\\]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
const PAKISTAN_MS = 5 * 3600_000;

class Mistake extends Error {
  constructor(
    readonly column: Column,
    message: string,
  ) {
    super(message);
  }
}

/** Reads one row; a sentence for whoever keeps the file where it cannot be taken. */
export function readRow(raw: RawRow): Row | RefusedRow {
  try {
    return read(raw);
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { line: raw.line, column: error.column, why: error.message };
  }
}

function read(raw: RawRow): Row {
  const text = (column: Column): string => {
    const value = (raw[column] ?? "")
      .normalize("NFC")
      .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ")
      .trim();
    if (value.length > MAX_TEXT) throw new Mistake(column, `It is longer than ${MAX_TEXT} characters.`);
    return value;
  };
  const both = (en: Column, ur: Column) => ({ en: text(en) || text(ur), ur: text(ur) || text(en) });
  const number = text("number").toUpperCase();
  if (!NUMBER.test(number)) throw new Mistake("number", "A personal number has 1 to 32 letters, digits, / . or -.");
  const name = both("name_en", "name_ur");
  if (!name.en) throw new Mistake("name_en", "The name is missing.");
  const post = both("post_en", "post_ur");
  const unit = unitOf(text("unit_en"), text("unit_ur"));
  if (post.en && unit.length === 0) throw new Mistake("unit_en", "A post needs the unit in which it is.");
  return {
    line: raw.line,
    ...{ number, name, unit },
    post: post.en ? post : null,
    postNumber: text("post_number"),
    grade: gradeOf(text("grade")),
    contact: contactOf(text),
    charge: oneOf("charge", text("charge"), ["regular", "additional", "acting"] as const) ?? "regular",
    from: dateOf("from", text("from")),
    to: dateOf("to", text("to")),
    order: text("order"),
    state: oneOf("state", text("state"), ["active", "retired", "removed"] as const),
  };
}

/** `Ministry > Wing > Section`, the same number of steps in both languages. */
function unitOf(en: string, ur: string): Row["unit"] {
  const steps = (path: string) => path.split(/\s*[>›]\s*/).filter((step) => step !== "");
  const [english, urdu] = [steps(en), steps(ur)];
  if (urdu.length > 0 && english.length > 0 && urdu.length !== english.length)
    throw new Mistake("unit_ur", `It has ${urdu.length} steps where unit_en has ${english.length}.`);
  const most = english.length > 0 ? english : urdu;
  if (most.length > 12) throw new Mistake("unit_en", "A unit stands at most twelve steps deep.");
  return most.map((step, i) => ({ en: english[i] ?? step, ur: urdu[i] ?? step }));
}

function gradeOf(text: string): number | undefined {
  if (!text) return undefined;
  const grade = Number(text.replace(/^BPS?[- ]?/i, ""));
  if (!Number.isInteger(grade) || grade < 1 || grade > 22) throw new Mistake("grade", "A grade is 1 to 22.");
  return grade;
}

function contactOf(text: (column: Column) => string): Row["contact"] {
  const [email, mobile, office] = [text("email").toLowerCase(), mobileOf(text("mobile")), text("office")];
  if (email && (!EMAIL.test(email) || email.length > 120)) throw new Mistake("email", "This is no e-mail address.");
  if (office.length > 40) throw new Mistake("office", "It is longer than 40 characters.");
  return { ...(email && { email }), ...(mobile && { mobile }), ...(office && { office }) };
}

/** 0300-1234567, 92 300 1234567 and +923001234567 are one. */
function mobileOf(text: string): string {
  const digits = text.replace(/[\s().-]/g, "");
  if (!digits) return "";
  const international = digits
    .replace(/^00/, "+")
    .replace(/^0(?=3\d{9}$)/, "+92")
    .replace(/^(?=92\d{10}$)/, "+")
    .replace(/^(?=3\d{9}$)/, "+92");
  if (!/^\+[1-9]\d{7,14}$/.test(international)) throw new Mistake("mobile", "This is no mobile number.");
  return international;
}

/** A day as 2026-11-22 or 22-11-2026 (also with / or .), from midnight in Pakistan. */
function dateOf(column: Column, text: string): number | null {
  if (!text) return null;
  const [, y, m, d] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
  const [, day, month, year] = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text) ?? [];
  const parts = [y ?? year, m ?? month, d ?? day].map(Number) as [number, number, number];
  const at = Date.UTC(parts[0], parts[1] - 1, parts[2]);
  const back = new Date(at);
  if (Number.isNaN(at) || back.getUTCMonth() !== parts[1] - 1 || back.getUTCDate() !== parts[2] || parts[0] < 1940)
    throw new Mistake(column, "A date is written 2026-11-22 or 22-11-2026.");
  return at - PAKISTAN_MS;
}

function oneOf<T extends string>(column: Column, text: string, words: readonly T[]): T | undefined {
  if (!text) return undefined;
  const found = words.find((word) => word === text.toLowerCase());
  if (!found) throw new Mistake(column, `It is one of: ${words.join(", ")}.`);
  return found;
}
