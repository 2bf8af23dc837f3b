import type { Bilingual, Charge, Person, UnitId } from "#protocol/directory";
import type { Offices } from "./ports.ts";

const BETWEEN = " · ";
/** What is named after the office above it. */
const PARTS: readonly string[] = ["wing", "section", "office"];
const MAX_PARTS = 12;

const HOLDING: Record<Charge["kind"], Bilingual | undefined> = {
  regular: undefined,
  acting: { en: "acting", ur: "قائم مقام" },
  additional: { en: "additional charge", ur: "اضافی چارج" },
};
const ORDER: readonly Charge["kind"][] = ["regular", "acting", "additional"];

/** A unit in words: a wing with its ministry, a section with both; a department or a district by itself. */
export function unitInWords(id: UnitId, offices: Offices): Bilingual | undefined {
  const names: Bilingual[] = [];
  for (let next: UnitId | null = id; next !== null && names.length < MAX_PARTS; ) {
    const unit = offices.unit(next);
    if (!unit) break;
    names.unshift(unit.name);
    next = PARTS.includes(unit.kind) ? unit.parent : null;
  }
  return names.length > 0 ? joined(names) : undefined;
}

/** Charges that hold at a moment, of posts that are not closed, the regular one first. */
export function chargesAt(person: Person, at: number, offices: Offices): Charge[] {
  if ((person.state ?? "active") !== "active") return [];
  return offices
    .chargesOf(person.id)
    .filter(({ from, to, post }) => from <= at && (to === null || at < to) && offices.post(post)?.closed !== true)
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** Every unit that the person belongs to at a moment: the one entered for them, and those of the posts they hold. */
export function unitsAt(person: Person, at: number, offices: Offices): ReadonlySet<UnitId> {
  const held = chargesAt(person, at, offices).flatMap(({ post }) => offices.post(post)?.unit ?? []);
  return new Set([...(person.unitId === undefined ? [] : [person.unitId]), ...held]);
}

/** The person with post and unit as they follow from charges; who never had one keeps the words that were entered. */
export function inWords(person: Person, at: number, offices: Offices): Person {
  const { post, unit } = person;
  const own = person.unitId === undefined ? undefined : unitInWords(person.unitId, offices);
  const charges = chargesAt(person, at, offices);
  if (charges.length === 0) {
    const isFormer = offices.chargesOf(person.id).length > 0;
    const none = { en: "", ur: "" };
    return { ...person, post: isFormer ? none : post, unit: own ?? (isFormer ? none : unit) };
  }
  const posts = charges.flatMap(({ kind, post: id }) => {
    const found = offices.post(id);
    return found ? [{ title: held(found.title, kind), unit: found.unit }] : [];
  });
  const units = [...new Set(posts.map(({ unit: id }) => id))].flatMap((id) => unitInWords(id, offices) ?? []);
  return { ...person, post: joined(posts.map(({ title }) => title)), unit: joined(units) };
}

function held({ en, ur }: Bilingual, kind: Charge["kind"]): Bilingual {
  const how = HOLDING[kind];
  return how ? { en: `${en} (${how.en})`, ur: `${ur} (${how.ur})` } : { en, ur };
}

const joined = (texts: readonly Bilingual[]): Bilingual => ({
  en: texts.map(({ en }) => en).join(BETWEEN),
  ur: texts.map(({ ur }) => ur).join(BETWEEN),
});
