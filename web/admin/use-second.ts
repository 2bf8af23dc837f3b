import { useEffect, useState } from "preact/hooks";
import type { OrderAct } from "#protocol/order";
import { useModel } from "../view/app-context.ts";
import { deskOf } from "./desk.ts";

/**
 * Whether an order that a form would give needs a second administrator, as the node says beforehand; false until it has.
 * @param act null while the form does not make one yet
 */
export function useSecond(act: OrderAct | null): boolean {
  const app = useModel();
  const key = JSON.stringify(act);
  const [needing, setNeeding] = useState("");
  useEffect(() => {
    if (!act) return;
    let wanted = true;
    deskOf(app)
      .ask({ ask: "preview", act })
      .then(
        ({ preview }) => wanted && preview.second && setNeeding(key),
        // What is amiss the order itself will say.
        () => {},
      );
    return () => {
      wanted = false;
    };
  }, [key]);
  return act !== null && needing === key;
}
