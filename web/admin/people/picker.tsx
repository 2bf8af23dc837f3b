import { useEffect, useState } from "preact/hooks";
import type { Person } from "#protocol/directory";
import { useModel } from "../../view/app-context.ts";
import { PeopleChoice, PeopleSearch } from "../../view/sheet/people-choice.tsx";
import { told } from "../../view/names.ts";
import { deskOf } from "../desk.ts";
import { adminWords } from "../furnish.ts";

interface Props {
  label: string;
  value: Person | null;
  onChange: (person: Person | null) => void;
}

/** One active person, found by name, post or number. */
export function PersonPicker({ label, value, onChange }: Props) {
  const app = useModel();
  const w = adminWords.value;
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<Person[]>([]);
  useEffect(() => {
    if (value) return;
    let wanted = true;
    const text = typed.trim();
    const id = setTimeout(() => {
      deskOf(app)
        .ask({ ask: "people", ...(text && { text }), state: "active", limit: 8 })
        .then(
          ({ people }) => wanted && setFound(people.map(({ person }) => person)),
          () => wanted && setFound([]),
        );
    }, 200);
    return () => {
      wanted = false;
      clearTimeout(id);
    };
  }, [typed, value]);
  return (
    <fieldset class="admin-picker">
      <legend class="label">{label}</legend>
      {value ? (
        <p class="admin-picked">
          <bdi class="name">{told(value.name)}</bdi> <bdi class="quiet">{told(value.post)}</bdi>
          <button type="button" class="link" onClick={() => onChange(null)}>
            {w.pickAnother}
          </button>
        </p>
      ) : (
        <>
          <PeopleSearch label={w.findPeople} typed={typed} onTyped={setTyped} />
          <PeopleChoice people={found} isChosen={() => false} onToggle={onChange} />
        </>
      )}
    </fieldset>
  );
}
