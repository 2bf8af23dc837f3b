import type { Bilingual, Person, PostCard, Scope, Unit } from "#protocol/directory";
import { isId, type PersonId } from "#protocol/ids";
import type { Context, Values } from "./command.ts";
import type { Desk } from "./desk-port.ts";
import { OpsError } from "./error.ts";

/** Reads what the operator gave, and says in words what is missing. All of it @throws OpsError. */

const PAKISTAN_MS = 5 * 3600_000;

export const optional = (values: Values, name: string): string | undefined => {
  const value = values[name];
  return typeof value === "string" && value ? value : undefined;
};

export function required(values: Values, name: string): string {
  const value = optional(values, name);
  if (value === undefined) throw new OpsError(`--${name} is missing.`);
  return value;
}

export const both = (values: Values, name: string): Bilingual => ({
  en: required(values, name),
  ur: required(values, `${name}-ur`),
});

export function numberIn(values: Values, name: string): number | undefined {
  const text = optional(values, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value >= 0)) throw new OpsError(`--${name} takes a number.`);
  return value;
}

/** 2026-11-22 is midnight in Pakistan; anything longer is read as ISO 8601 says. */
export function dateIn(values: Values, name: string): number | undefined {
  const text = optional(values, name);
  if (text === undefined) return undefined;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const at = Date.parse(text) - (isDay ? PAKISTAN_MS : 0);
  if (Number.isNaN(at)) throw new OpsError(`--${name} takes a date, as 2026-11-22 or 2026-11-22T09:00:00+05:00.`);
  return at;
}

export function oneOf<T extends string>(text: string | undefined, of: readonly T[], what: string): T {
  const found = of.find((one) => one === text);
  if (!found) throw new OpsError(`${what} is one of: ${of.join(", ")}.`);
  return found;
}

export async function provinceOf(desk: Desk): Promise<string> {
  return String((await desk.status()).province);
}

/** An id, or words that find one person. */
export async function onePerson(desk: Desk, words: string): Promise<PersonId> {
  if (isId(words)) return words;
  if (!words) throw new OpsError("Say for whom: an id, or words that find one person.");
  const found = await desk.list<Person>({ list: "people", text: words });
  if (found.length === 1) return found[0]?.id as string;
  if (found.length === 0) throw new OpsError(`Nobody is found by "${words}".`);
  const list = found.map(({ id, name, post }) => `  ${id}  ${name.en} (${post.en})`).join("\n");
  throw new OpsError(`"${words}" finds ${found.length} people. Give the id of one:\n${list}`);
}

/** An id, or the unit's name. */
export async function oneUnit(desk: Desk, words: string): Promise<Unit> {
  const units = await desk.list<Unit>({ list: "units" });
  return single(
    units,
    words,
    "unit",
    ({ id }) => id,
    ({ name }) => name,
  );
}

/** An id, or the post's title. */
export async function onePost(desk: Desk, words: string): Promise<PostCard> {
  const posts = await desk.list<PostCard>({ list: "posts" });
  return single(
    posts,
    words,
    "post",
    ({ post }) => post.id,
    ({ post }) => post.title,
  );
}

export async function scopeIn({ desk, values }: Context): Promise<Scope> {
  const unit = optional(values, "unit");
  return unit === undefined ? { province: await provinceOf(desk) } : { unit: (await oneUnit(desk, unit)).id };
}

function single<T>(
  things: readonly T[],
  words: string,
  what: string,
  idOf: (thing: T) => string,
  nameOf: (thing: T) => Bilingual,
): T {
  const wanted = words.toLowerCase();
  const exact = things.filter((thing) => idOf(thing) === words || nameOf(thing).en.toLowerCase() === wanted);
  const found = exact.length > 0 ? exact : things.filter((thing) => nameOf(thing).en.toLowerCase().includes(wanted));
  if (words && found.length === 1) return found[0] as T;
  if (!words || found.length === 0) throw new OpsError(`No ${what} is found by "${words}".`);
  const list = found.map((thing) => `  ${idOf(thing)}  ${nameOf(thing).en}`).join("\n");
  throw new OpsError(`"${words}" finds ${found.length} of them. Give the id of one:\n${list}`);
}
