import type { ComponentChildren } from "preact";
import type { Person } from "#protocol/directory";
import { Icon } from "../icon.tsx";
import { PersonFace } from "../rooms/person-row.tsx";

/** More than this are found by their names rather than by scrolling. */
const SHOWN = 50;

/** The field by whose words people are found. */
export function PeopleSearch(props: { label: string; typed: string; onTyped: (typed: string) => void }) {
  const { label, typed, onTyped } = props;
  return (
    <div class="search">
      <Icon sign="search" />
      <input
        type="search"
        dir={typed ? "auto" : undefined}
        autoComplete="off"
        placeholder={label}
        aria-label={label}
        value={typed}
        onInput={(event) => onTyped(event.currentTarget.value)}
      />
    </div>
  );
}

interface Choice {
  people: readonly Person[];
  isChosen: (person: Person) => boolean;
  onToggle: (person: Person) => void;
  /** what stands below them */
  children?: ComponentChildren;
}

/** People to tick. */
export function PeopleChoice({ people, isChosen, onToggle, children }: Choice) {
  return (
    <ul class="found">
      {people.slice(0, SHOWN).map((person) => (
        <li key={person.id}>
          <button type="button" class="row" aria-pressed={isChosen(person)} onClick={() => onToggle(person)}>
            <PersonFace person={person}>
              <span class="tick">
                <Icon sign="check" />
              </span>
            </PersonFace>
          </button>
        </li>
      ))}
      {children}
    </ul>
  );
}
