import { useState } from "preact/hooks";
import type { Charge } from "#protocol/directory";
import { useModel } from "../../view/app-context.ts";
import { Form, Moment, Text, momentIn, wall } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { Sheet } from "../sheet.tsx";
import { useOrder } from "../use-order.ts";
import { steadyNow } from "../../platform/clock.ts";

/** Ends a charge at a moment, without a successor: the post is vacant from then. */
export function EndCharge({ charge, title, onClose }: { charge: Charge; title: string; onClose: () => void }) {
  const app = useModel();
  const w = adminWords.value;
  const { busy, trouble, setTrouble, order } = useOrder();
  const [at, setAt] = useState(() => wall(steadyNow() + app.skew));
  const [number, setNumber] = useState(charge.order ?? "");
  const save = async () => {
    const to = momentIn(at);
    if (to === null || Number.isNaN(to)) return setTrouble(w.badMoment);
    if (to <= charge.from) return setTrouble(w.endsBeforeItBegins);
    const ended = { ...charge, to, ...(number.trim() && { order: number.trim() }) };
    if (await order({ do: "put", entries: [{ charge: ended }] })) onClose();
  };
  return (
    <Sheet title={w.endCharge} onClose={onClose}>
      <p>
        <bdi class="name">{title}</bdi>
      </p>
      <p class="hint">{w.endChargeHint}</p>
      <Form trouble={trouble} busy={busy} submit={w.endCharge} onSubmit={() => void save()} onCancel={onClose}>
        <Moment label={w.endsAt} value={at} onChange={setAt} />
        <Text label={w.orderNumber} value={number} onChange={setNumber} hint={w.orderNumberHint} />
      </Form>
    </Sheet>
  );
}
