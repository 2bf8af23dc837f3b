import type { OrderInfo } from "#protocol/admin";
import { useModel } from "../view/app-context.ts";
import { actWords } from "./act-words.ts";
import { CallOff } from "./call-off.tsx";
import { adminWords } from "./furnish.ts";
import { momentOf } from "./time.ts";
import { Touched } from "./touched.tsx";
import { Who } from "./who.tsx";

/** Whoever gave it: an administrator, or the operator on the machine. */
export function Giver({ info: { order, operator } }: { info: OrderInfo }) {
  return operator === undefined ? <Who id={order.person} /> : <bdi class="name">{adminWords.value.operator}</bdi>;
}

/** An order whose day is to come. */
export function DatedOrder({ info }: { info: OrderInfo }) {
  const me = useModel().me.value?.id;
  const w = adminWords.value;
  const { order, second } = info;
  const onMe = order.act.do === "state" && order.act.people.includes(me ?? "");
  return (
    <li class="admin-order">
      <p class="name">{actWords(order.act)}</p>
      <p class="hint">
        {w.orderedBy} <Giver info={info} /> · {momentOf(order.at)}
        {second && (
          <>
            {" · "}
            {w.approvedBy} <Who id={second} />
          </>
        )}
      </p>
      <Touched act={order.act} />
      {!onMe && <CallOff order={order.id} act={order.act} />}
    </li>
  );
}
