import type { OrderAct, OrderId } from "#protocol/order";
import { useModel } from "../view/app-context.ts";
import { adminWords } from "./furnish.ts";
import { mayApprove } from "./sections.ts";
import { useOrder } from "./use-order.ts";

/** Ends an order whose day is to come. */
export function CallOff({ order, act }: { order: OrderId; act: OrderAct }) {
  const roles = useModel().roles.value;
  const w = adminWords.value;
  const given = useOrder();
  if (!mayApprove(roles, act)) return null;
  return (
    <>
      {given.trouble && (
        <p class="trouble" role="alert" dir="auto">
          {given.trouble}
        </p>
      )}
      <div class="admin-actions">
        <button
          type="button"
          class="secondary"
          aria-busy={given.busy}
          disabled={given.busy}
          onClick={() => void given.order({ do: "refuse", order })}
        >
          {w.callOff}
        </button>
      </div>
    </>
  );
}
