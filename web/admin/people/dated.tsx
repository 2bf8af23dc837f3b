import type { OrderInfo } from "#protocol/admin";
import type { PersonId } from "#protocol/ids";
import { useModel } from "../../view/app-context.ts";
import { adminWords } from "../furnish.ts";
import { CallOff } from "../call-off.tsx";
import { dateOf } from "../time.ts";

/** What is ordered of a person for a day ahead. */
export function Dated({ person, orders }: { person: PersonId; orders: readonly OrderInfo[] }) {
  const me = useModel().me.value?.id;
  const w = adminWords.value;
  return (
    <ul class="admin-rows">
      {orders.map(({ order: { id, act } }) =>
        act.do === "state" && act.from !== undefined ? (
          <li key={id}>
            <p class="admin-flag">{w.statesOn[act.state](dateOf(act.from))}</p>
            {act.people.length > 1 && <p class="hint">{w.acts[act.state](act.people.length)}</p>}
            {person !== me && <CallOff order={id} act={act} />}
          </li>
        ) : null,
      )}
    </ul>
  );
}
