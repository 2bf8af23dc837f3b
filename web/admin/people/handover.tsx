import { useState } from "preact/hooks";
import type { Charge, Person } from "#protocol/directory";
import { mintId, type PersonId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import { useModel } from "../../view/app-context.ts";
import { told } from "../../view/names.ts";
import { useAsked } from "../asked.ts";
import { Choice, Form, Moment, Text, momentIn, wall } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { leave, visit } from "../place.ts";
import { Pending, Screen } from "../screen.tsx";
import { useOrder } from "../use-order.ts";
import { useSecond } from "../use-second.ts";
import { PersonPicker } from "./picker.tsx";
import { steadyNow } from "../../platform/clock.ts";

type Next = Pick<Charge, "id" | "person" | "kind" | "order">;

const handing = (charge: Charge, moment: number, next: Next): OrderAct => ({
  do: "put",
  entries: [{ charge: { ...charge, to: moment } }, { charge: { ...next, post: charge.post, from: moment, to: null } }],
});

/** A transfer in one order: the present charge ends when the successor's begins. */
export function Handover({ id, charge: which }: { id: PersonId; charge: string }) {
  const app = useModel();
  const w = adminWords.value;
  const asked = useAsked({ ask: "person", person: id });
  const { busy, trouble, setTrouble, order } = useOrder();
  const [successor, setSuccessor] = useState<Person | null>(null);
  const [kind, setKind] = useState<Charge["kind"]>("regular");
  const [at, setAt] = useState(() => wall(steadyNow() + app.skew));
  const [number, setNumber] = useState("");
  const charge = asked.data?.person.charges.find((each) => each.id === which);
  const post = asked.data?.posts.find((each) => each.id === charge?.post);
  // The same id all along: what is asked beforehand differs only where the order would.
  const [begunId] = useState(() => mintId(Date.now()));
  const moment = momentIn(at);
  const isSound = charge && successor && successor.id !== id && moment !== null && moment > charge.from;
  const second = useSecond(isSound ? handing(charge, moment, { id: begunId, person: successor.id, kind }) : null);
  if (!asked.data || !charge)
    return (
      <Screen title={w.handOver}>
        {asked.data ? <p class="trouble">{w.chargeGone}</p> : <Pending asked={asked} />}
      </Screen>
    );
  const save = async () => {
    if (!successor) return setTrouble(w.needSuccessor);
    if (successor.id === id) return setTrouble(w.samePerson);
    if (moment === null || Number.isNaN(moment)) return setTrouble(w.badMoment);
    if (moment <= charge.from) return setTrouble(w.endsBeforeItBegins);
    const by = number.trim() ? { order: number.trim() } : {};
    const next = { id: begunId, person: successor.id, kind, ...by };
    if (await order(handing(charge, moment, next))) visit("people", successor.id);
  };
  return (
    <Screen title={w.handOver} note={w.handOverHint}>
      <p class="admin-subject">
        <bdi class="name">{told(post?.title) || charge.post}</bdi>{" "}
        <span class="quiet">
          {w.heldBy} <bdi>{told(asked.data.person.person.name)}</bdi>
        </span>
      </p>
      <Form trouble={trouble} busy={busy} submit={w.handOver} onSubmit={() => void save()} onCancel={leave}>
        <PersonPicker label={w.successor} value={successor} onChange={setSuccessor} />
        <Choice
          label={w.chargeKind}
          value={kind}
          choices={(["regular", "additional", "acting"] as const).map((each) => [each, w.charges[each]] as const)}
          onChange={setKind}
          hint={w.chargeKindHint}
        />
        <Moment label={w.takesOverAt} value={at} onChange={setAt} />
        <Text label={w.orderNumber} value={number} onChange={setNumber} hint={w.orderNumberHint} />
        {second && (
          <p class="admin-flag" role="status">
            {w.needsSecond}
          </p>
        )}
      </Form>
    </Screen>
  );
}
