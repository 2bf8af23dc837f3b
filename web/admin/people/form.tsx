import { useEffect, useState } from "preact/hooks";
import type { Person } from "#protocol/directory";
import { mintId } from "#protocol/ids";
import { useModel } from "../../view/app-context.ts";
import { useAsked } from "../asked.ts";
import { Choice, Form, Pair, Text } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { unitChoices, useUnits } from "../offices/tree.ts";
import { leave, visit } from "../place.ts";
import { Pending, Screen } from "../screen.tsx";
import { useOrder } from "../use-order.ts";

/** Digits with a plus, as the directory keeps them; a number as it is dialled inside the country gets its country. */
const telephone = (text: string): string => text.replace(/[^\d+]/g, "").replace(/^0(?=[1-9])/, "+92");

/** Without what was left empty, and without the state, which is another order's to change. */
function tidy(person: Person): Person {
  const { state: _, contact, number, grade, ...rest } = person;
  const told = Object.fromEntries(
    Object.entries(contact ?? {})
      .map(([key, value]) => [key, key === "email" ? value.trim() : telephone(value)])
      .filter(([, value]) => value),
  );
  return {
    ...rest,
    name: { en: person.name.en.trim(), ur: person.name.ur.trim() },
    ...(number?.trim() && { number: number.trim() }),
    ...(grade && { grade }),
    ...(Object.keys(told).length > 0 && { contact: told }),
  };
}

const GRADES = Array.from({ length: 22 }, (_, i) => String(i + 1));

/** Adds a person, or changes one's card. */
export function PersonForm({ id }: { id?: string }) {
  const app = useModel();
  const w = adminWords.value;
  const asked = useAsked(id ? { ask: "person", person: id } : null);
  const { units } = useUnits();
  const { busy, trouble, setTrouble, order } = useOrder();
  const [person, setPerson] = useState<Person | null>(null);
  useEffect(() => {
    if (person) return;
    if (asked.data) setPerson(asked.data.person.person);
    else if (!id)
      setPerson({
        id: mintId(Date.now()),
        province: app.me.value?.province ?? "",
        name: { en: "", ur: "" },
        post: { en: "", ur: "" },
        unit: { en: "", ur: "" },
      });
  }, [asked.data]);
  const title = id ? w.editPerson : w.addPerson;
  if (!person)
    return (
      <Screen title={title}>
        <Pending asked={asked} />
      </Screen>
    );
  const change = (part: Partial<Person>) => {
    setTrouble("");
    setPerson({ ...person, ...part });
  };
  const contact = (part: NonNullable<Person["contact"]>) => change({ contact: { ...person.contact, ...part } });
  const save = async () => {
    if (!person.name.en.trim() || !person.name.ur.trim()) return setTrouble(w.needBothNames);
    if (!person.unitId) return setTrouble(w.needUnit);
    if (await order({ do: "put", entries: [{ person: tidy(person) }] })) visit("people", person.id);
  };
  return (
    <Screen title={title} note={id ? undefined : w.addPersonHint}>
      <Form trouble={trouble} busy={busy} submit={w.save} onSubmit={() => void save()} onCancel={leave}>
        <Pair label={w.name} value={person.name} onChange={(name) => change({ name })} />
        <Choice
          label={w.unit}
          value={person.unitId ?? ""}
          choices={[["", "—"], ...unitChoices(units, person.unitId)]}
          onChange={(unitId) => change({ unitId: unitId || undefined })}
          hint={w.unitHint}
        />
        <div class="admin-pair">
          <Text
            label={w.number}
            latin
            value={person.number ?? ""}
            onChange={(number) => change({ number })}
            hint={w.numberHint}
          />
          <Choice
            label={w.grade}
            value={person.grade ? String(person.grade) : ""}
            choices={[["", "—"], ...GRADES.map((grade) => [grade, `BPS-${grade}`] as const)]}
            onChange={(grade) => change({ grade: grade ? Number(grade) : undefined })}
          />
          <Text
            label={w.mobile}
            latin
            keys="tel"
            value={person.contact?.mobile ?? ""}
            onChange={(mobile) => contact({ mobile })}
            hint={w.mobileHint}
          />
          <Text
            label={w.email}
            latin
            keys="email"
            value={person.contact?.email ?? ""}
            onChange={(email) => contact({ email })}
          />
          <Text
            label={w.officePhone}
            latin
            keys="tel"
            value={person.contact?.office ?? ""}
            onChange={(office) => contact({ office })}
          />
        </div>
      </Form>
    </Screen>
  );
}
