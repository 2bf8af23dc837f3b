import { useState } from "preact/hooks";
import type { PersonId } from "#protocol/ids";
import type { Member } from "#protocol/room";
import { useModel } from "../app-context.ts";
import { plain } from "../names.ts";
import { PeopleChoice, PeopleSearch } from "../sheet/people-choice.tsx";
import { meetWords } from "./furnish.ts";

interface Props {
  members: Member[];
  chosen: ReadonlySet<PersonId>;
  onChange: (chosen: ReadonlySet<PersonId>) => void;
}

/** The members of a room, to tick those who are asked to come. */
export function Invitees({ members, chosen, onChange }: Props) {
  const app = useModel();
  const w = meetWords.value;
  const [typed, setTyped] = useState("");
  const text = plain(typed);
  const me = app.me.value?.id;
  const people = members
    .filter(({ person }) => person !== me)
    .map(({ person }) => app.person(person).value)
    .filter((person) => person !== undefined)
    .filter((person) =>
      [person.name, person.post, person.unit].some((each) => plain(`${each.en} ${each.ur}`).includes(text)),
    );
  const toggle = (person: PersonId) => {
    const next = new Set(chosen);
    if (!next.delete(person)) next.add(person);
    onChange(next);
  };
  return (
    <div class="picker meet-people">
      {members.length > 12 && <PeopleSearch label={w.searchMembers} typed={typed} onTyped={setTyped} />}
      <PeopleChoice people={people} isChosen={({ id }) => chosen.has(id)} onToggle={({ id }) => toggle(id)} />
    </div>
  );
}
