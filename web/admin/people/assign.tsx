import { useState } from "preact/hooks";
import type { Charge } from "#protocol/directory";
import { mintId, type PersonId } from "#protocol/ids";
import { useModel } from "../../view/app-context.ts";
import { told } from "../../view/names.ts";
import { useAsked } from "../asked.ts";
import { Choice, Form, Moment, Text, momentIn, wall } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { PostPicker } from "../offices/post-picker.tsx";
import { leave, visit } from "../place.ts";
import { Screen } from "../screen.tsx";
import { useOrder } from "../use-order.ts";
import { steadyNow } from "../../platform/clock.ts";

/** Gives a person charge of a post for a period. */
export function AssignCharge({ id }: { id: PersonId }) {
  const app = useModel();
  const w = adminWords.value;
  const asked = useAsked({ ask: "person", person: id });
  const { busy, trouble, setTrouble, order } = useOrder();
  const [post, setPost] = useState("");
  const [kind, setKind] = useState<Charge["kind"]>("regular");
  const [from, setFrom] = useState(() => wall(steadyNow() + app.skew));
  const [to, setTo] = useState(() => wall(null));
  const [number, setNumber] = useState("");
  const name = told(asked.data?.person.person.name);
  const save = async () => {
    const [begin, end] = [momentIn(from), momentIn(to)];
    if (!post) return setTrouble(w.needPost);
    if (begin === null || Number.isNaN(begin) || Number.isNaN(end ?? 0)) return setTrouble(w.badMoment);
    if (end !== null && end <= begin) return setTrouble(w.endsBeforeItBegins);
    const charge: Charge = { id: mintId(Date.now()), post, person: id, kind, from: begin, to: end };
    if (number.trim()) charge.order = number.trim();
    if (await order({ do: "put", entries: [{ charge }] })) visit("people", id);
  };
  return (
    <Screen title={name ? w.assignTo(name) : w.assignCharge}>
      <Form trouble={trouble} busy={busy} submit={w.assignCharge} onSubmit={() => void save()} onCancel={leave}>
        <PostPicker value={post} onChange={setPost} />
        <Choice
          label={w.chargeKind}
          value={kind}
          choices={(["regular", "additional", "acting"] as const).map((each) => [each, w.charges[each]] as const)}
          onChange={setKind}
          hint={w.chargeKindHint}
        />
        <Moment label={w.from} value={from} onChange={setFrom} />
        <Moment label={w.to} value={to} onChange={setTo} hint={w.untilFurther} />
        <Text label={w.orderNumber} value={number} onChange={setNumber} hint={w.orderNumberHint} />
      </Form>
    </Screen>
  );
}
