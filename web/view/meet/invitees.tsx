import { useState } from "preact/hooks";
import type { PersonId } from "#protocol/ids";
import type { Member } from "#protocol/room";
import { useModel } from "../app-context.ts";
import { Icon } from "../icon.tsx";
import { plain } from "../names.ts";
import { PersonFace } from "../rooms/person-row.tsx";
import { meetWords } from "./furnish.ts";

/** More than this are found by their names rather than by scrolling. */
const SHOWN = 50;

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
      {members.length > 12 && (
        <div class="search">
          <Icon sign="search" />
          <input
            type="search"
            dir={typed ? "auto" : undefined}
            autoComplete="off"
            placeholder={w.searchMembers}
            aria-label={w.searchMembers}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
      )}
      <ul class="found">
        {people.slice(0, SHOWN).map((person) => (
          <li key={person.id}>
            <button type="button" class="row" aria-pressed={chosen.has(person.id)} onClick={() => toggle(person.id)}>
              <PersonFace person={person}>
                <span class="tick">
                  <Icon sign="check" />
                </span>
              </PersonFace>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
