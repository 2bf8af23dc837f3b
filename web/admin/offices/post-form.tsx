import { useState } from "preact/hooks";
import type { Post, Unit } from "#protocol/directory";
import { mintId } from "#protocol/ids";
import { useModel } from "../../view/app-context.ts";
import { Choice, Form, Pair } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { useOrder } from "../use-order.ts";
import { unitChoices } from "./tree.ts";

interface Props {
  post: Post | undefined;
  /** the unit that a new one is in unless another is chosen */
  unit: string;
  units: readonly Unit[];
  onClose: () => void;
}

export function PostForm({ post, unit, units, onClose }: Props) {
  const app = useModel();
  const w = adminWords.value;
  const { busy, trouble, setTrouble, order } = useOrder();
  const [draft, setDraft] = useState<Post>(
    () =>
      post ?? {
        id: mintId(Date.now()),
        province: app.me.value?.province ?? "",
        unit,
        title: { en: "", ur: "" },
      },
  );
  const save = async () => {
    if (!draft.title.en.trim() || !draft.title.ur.trim()) return setTrouble(w.needBothNames);
    if (!draft.unit) return setTrouble(w.needUnit);
    if (await order({ do: "put", entries: [{ post: draft }] })) onClose();
  };
  return (
    <Form trouble={trouble} busy={busy} submit={w.save} onSubmit={() => void save()} onCancel={onClose}>
      <Pair label={w.title} value={draft.title} onChange={(title) => setDraft({ ...draft, title })} />
      <Choice
        label={w.unit}
        value={draft.unit}
        choices={[["", "—"], ...unitChoices(units, draft.unit)]}
        onChange={(id) => setDraft({ ...draft, unit: id })}
      />
      <Choice
        label={w.openTo}
        value={draft.open ? "public" : ""}
        choices={[
          ["", w.openToOfficials],
          ["public", w.openToPublic],
        ]}
        onChange={(to) => setDraft({ ...draft, open: to === "public" })}
      />
      <Choice
        label={w.grade}
        value={draft.grade ? String(draft.grade) : ""}
        choices={[["", "—"], ...Array.from({ length: 22 }, (_, i) => [String(i + 1), `BPS-${i + 1}`] as const)]}
        onChange={(grade) => {
          const { grade: _, ...rest } = draft;
          setDraft(grade ? { ...rest, grade: Number(grade) } : rest);
        }}
      />
    </Form>
  );
}
