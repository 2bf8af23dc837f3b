import { useState } from "preact/hooks";
import type { Unit } from "#protocol/directory";
import { mintId } from "#protocol/ids";
import { useModel } from "../../view/app-context.ts";
import { Choice, Form, Pair } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { useOrder } from "../use-order.ts";
import { unitChoices } from "./tree.ts";

const KINDS: readonly Unit["kind"][] = [
  "ministry",
  "wing",
  "section",
  "province",
  "department",
  "division",
  "district",
  "office",
];

interface Props {
  unit: Unit | undefined;
  parent: string | null;
  units: readonly Unit[];
  onClose: () => void;
}

export function UnitForm({ unit, parent, units, onClose }: Props) {
  const app = useModel();
  const w = adminWords.value;
  const { busy, trouble, setTrouble, order } = useOrder();
  const [draft, setDraft] = useState<Unit>(
    () =>
      unit ?? {
        id: mintId(Date.now()),
        province: app.me.value?.province ?? "",
        parent,
        kind: "section",
        name: { en: "", ur: "" },
      },
  );
  const save = async () => {
    if (!draft.name.en.trim() || !draft.name.ur.trim()) return setTrouble(w.needBothNames);
    if (await order({ do: "put", entries: [{ unit: draft }] })) onClose();
  };
  const others = units.filter(({ id }) => id !== draft.id);
  return (
    <Form trouble={trouble} busy={busy} submit={w.save} onSubmit={() => void save()} onCancel={onClose}>
      <Pair label={w.name} value={draft.name} onChange={(name) => setDraft({ ...draft, name })} />
      <Choice
        label={w.kindOfUnit}
        value={draft.kind}
        choices={KINDS.map((kind) => [kind, w.unitKinds[kind]] as const)}
        onChange={(kind) => setDraft({ ...draft, kind })}
      />
      <Choice
        label={w.contacts}
        value={draft.contacts ?? ""}
        choices={[
          ["", w.contactsNear],
          ["officials", w.contactsOfficials],
          ["none", w.contactsNone],
        ]}
        onChange={(shown) => {
          const { contacts: _, ...rest } = draft;
          setDraft(shown ? { ...rest, contacts: shown as NonNullable<Unit["contacts"]> } : rest);
        }}
      />
      <Choice
        label={w.above}
        value={draft.parent ?? ""}
        choices={[["", w.topmost], ...unitChoices(others, draft.parent ?? undefined)]}
        onChange={(id) => setDraft({ ...draft, parent: id || null })}
      />
    </Form>
  );
}
