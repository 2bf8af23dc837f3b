import { readFileSync } from "node:fs";
import type { Contact, Person } from "#protocol/directory";
import { isId, mintId } from "#protocol/ids";
import { readCsv } from "../domain/import/csv.ts";
import type { RawRow } from "../domain/import/row.ts";
import { type Command, type Context, family } from "./command.ts";
import { OpsError } from "./error.ts";
import { both, dateIn, numberIn, onePerson, oneOf, oneUnit, optional, provinceOf } from "./given.ts";
import { readLdap, readLdapSettings } from "./ldap.ts";

const NONE = { en: "", ur: "" };

const list: Command = async ({ desk, words, out }) => {
  const text = words.join(" ");
  out.list(
    await desk.list<Person>({ list: "people", ...(text && { text }) }),
    ({ id, province, name, post }) => `${id}  ${province}  ${name.en} · ${name.ur}  (${post.en})`,
  );
};

const add: Command = async ({ desk, values, out }) => {
  const inside = optional(values, "in");
  const [grade, number] = [numberIn(values, "grade"), optional(values, "number")];
  const contact: Contact = {};
  for (const way of ["email", "mobile", "office"] as const) {
    const address = optional(values, way);
    if (address) contact[way] = address;
  }
  const id = mintId(Date.now());
  const name = both(values, "name");
  // Where a person has a unit of the directory, what stands in words follows from it.
  const words =
    inside && !optional(values, "post")
      ? { post: NONE, unit: NONE }
      : { post: both(values, "post"), unit: both(values, "unit") };
  const person: Person = {
    ...{ id, province: await provinceOf(desk), name, ...words },
    ...(inside && { unitId: (await oneUnit(desk, inside)).id }),
    ...(number && { number }),
    ...(grade !== undefined && { grade }),
    ...(Object.keys(contact).length > 0 && { contact }),
  };
  await desk.act({ do: "put", entries: [{ person }] });
  out.done({ person }, id);
};

const state: Command = async ({ desk, words, values, out }) => {
  const to = oneOf(words.at(-1), ["active", "retired", "removed"], "A person's state");
  const given = words.slice(0, -1);
  const people = given.every(isId) && given.length > 0 ? given : [await onePerson(desk, given.join(" "))];
  const from = dateIn(values, "from");
  const done = await desk.act({ do: "state", people, state: to, ...(from !== undefined && { from }) });
  if (done.dated) {
    const day = new Date(done.dated.from).toISOString();
    return out.done({ state: to, ...done.dated }, `${done.dated.order}  ${people.length} to be ${to} from ${day}`);
  }
  out.done({ state: to, changed: done.before }, `${done.before.length} of ${people.length} changed: ${to}.`);
};

const imported: Command = async (context) => {
  const { desk, values, out } = context;
  const dry = values["dry-run"] === true;
  const { rows, refused } = await rowsIn(context);
  const done = await desk.import(rows, { dry, removals: values.removals === true });
  const all = { ...done, refused: [...refused, ...done.refused], refusedRows: refused.length + done.refusedRows, dry };
  const lines = all.refused.map(({ line, column, why }) => `line ${line}${column ? `, ${column}` : ""}: ${why}`);
  const sum = `${all.rows} rows: ${all.fresh} new, ${all.changed} changed, ${all.same} the same, ${all.refusedRows} refused.`;
  out.done(all, [...lines, dry ? `${sum} Nothing was changed.` : sum].join("\n"));
};

async function rowsIn({ words, values }: Context): Promise<ReturnType<typeof readCsv>> {
  const settings = optional(values, "ldap");
  if (settings) return { rows: (await readLdap(readLdapSettings(settings))) as RawRow[], refused: [] };
  const [file] = words;
  if (!file) throw new OpsError("Say which file of people, or --ldap SETTINGS.");
  return readCsv(readText(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new OpsError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

export const PEOPLE_USAGE = `  beep person list [TEXT]
  beep person add --name EN --name-ur UR (--in UNIT | --post EN --post-ur UR --unit EN --unit-ur UR)
                  [--number N] [--grade N] [--email A] [--mobile +92…] [--office N]
  beep person state PERSON… active|retired|removed [--from DATE]
                                                   a day ahead: kept until then; "beep order list dated" tells of it
  beep person import FILE | --ldap SETTINGS [--dry-run] [--removals]
                                                   CSV with a head: number, name_en, name_ur, unit_en, post_en, grade …`;

export const person = family("person", { list, add, state, import: imported });
