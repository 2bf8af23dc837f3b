import type { Entry } from "#protocol/directory";
import { entryName, kindOf } from "./act-words.ts";
import { adminWords } from "./furnish.ts";
import { Who } from "./who.tsx";
import { called } from "../view/who.ts";

/** Whose a charge or a role is. */
const personIn = (entry: Entry): string | null =>
  "charge" in entry ? entry.charge.person : "grant" in entry ? entry.grant.person : null;

/** One entry by its name and kind; a charge by whose it is. @param among entries that may bring a person not yet known */
export function EntryLine({ entry, among }: { entry: Entry; among: readonly Entry[] }) {
  const id = personIn(entry);
  const come = among.find((each) => "person" in each && each.person.id === id);
  const name = come && "person" in come ? called(come.person) : "";
  return (
    <li>
      {id && !name ? <Who id={id} /> : <bdi>{name || entryName(entry)}</bdi>}{" "}
      <span class="quiet">{adminWords.value.kind[kindOf(entry)]}</span>
    </li>
  );
}
