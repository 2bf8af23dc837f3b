import { useState } from "preact/hooks";
import type { PersonId } from "#protocol/ids";
import { words } from "../../locales/language.ts";
import { useModel } from "../../view/app-context.ts";
import { Icon } from "../../view/icon.tsx";
import { told } from "../../view/names.ts";
import { Choice } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { unitChoices, useUnits } from "../offices/tree.ts";
import { PersonPicker } from "../people/picker.tsx";

function Chips({ label, chosen, onDrop }: { label: string; chosen: [string, string][]; onDrop: (id: string) => void }) {
  if (chosen.length === 0) return null;
  return (
    <ul class="chips" aria-label={label}>
      {chosen.map(([id, name]) => (
        <li key={id}>
          <button type="button" onClick={() => onDrop(id)}>
            <bdi>{name}</bdi>
            <span class="sr">{words.value.remove}</span>
            <Icon sign="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The units whose people a wave lets in. */
export function NamedUnits({ chosen, onChange }: { chosen: string[]; onChange: (units: string[]) => void }) {
  const w = adminWords.value;
  const { units, unit } = useUnits();
  return (
    <>
      <Choice
        label={w.addUnitToWave}
        value=""
        choices={[["", "—"], ...unitChoices(units.filter(({ id }) => !chosen.includes(id)))]}
        onChange={(id) => id && onChange([...chosen, id])}
      />
      <Chips
        label={w.sections.units}
        chosen={chosen.map((id) => [id, told(unit(id)?.name) || id])}
        onDrop={(gone) => onChange(chosen.filter((id) => id !== gone))}
      />
    </>
  );
}

/** The people that a wave of named people lets in. */
export function NamedPeople({ chosen, onChange }: { chosen: PersonId[]; onChange: (people: PersonId[]) => void }) {
  const app = useModel();
  const w = adminWords.value;
  const [round, setRound] = useState(0);
  return (
    <>
      <Chips
        label={w.sections.people}
        chosen={chosen.map((id) => [id, told(app.person(id).value?.name) || "…"])}
        onDrop={(gone) => onChange(chosen.filter((id) => id !== gone))}
      />
      <PersonPicker
        key={round}
        label={w.addToWave}
        value={null}
        onChange={(person) => {
          if (person && !chosen.includes(person.id)) onChange([...chosen, person.id]);
          setRound(round + 1);
        }}
      />
    </>
  );
}
