import type { Entry } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import { EntryLine } from "./entry-line.tsx";
import { adminWords } from "./furnish.ts";
import { useScope } from "./overview.tsx";
import { Who } from "./who.tsx";

const SHOWN = 12;

const peopleOf = (act: OrderAct): PersonId[] => {
  if (act.do === "state" || act.do === "invite") return act.people;
  if (act.do === "grant") return [act.grant.person];
  return [];
};

/** Whom and what an order touches, by name. */
export function Touched({ act }: { act: OrderAct }) {
  const w = adminWords.value;
  const scope = useScope();
  const people = peopleOf(act);
  const entries: readonly Entry[] = act.do === "put" ? act.entries : [];
  return (
    <ul class="admin-sample">
      {people.slice(0, SHOWN).map((id) => (
        <li key={id}>
          <Who id={id} />
        </li>
      ))}
      {entries.slice(0, SHOWN).map((entry, i) => (
        <EntryLine key={String(i)} entry={entry} among={entries} />
      ))}
      {people.length + entries.length > SHOWN && (
        <li class="quiet">{w.andMore(people.length + entries.length - SHOWN)}</li>
      )}
      {(act.do === "grant" || act.do === "token") && (
        <li>
          {w.scope} <bdi>{scope(act.do === "grant" ? act.grant.scope : act.scope)}</bdi>
        </li>
      )}
    </ul>
  );
}
