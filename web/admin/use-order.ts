import { useState } from "preact/hooks";
import type { OrderAct } from "#protocol/order";
import { useModel } from "../view/app-context.ts";
import { carryOut } from "./deeds.ts";
import type { Given } from "./desk.ts";
import { whyNot } from "./said.ts";

/** For one form: gives its orders, and keeps what went wrong. Answers null when it did. */
export function useOrder() {
  const app = useModel();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const order = async (...acts: OrderAct[]): Promise<Given[] | null> => {
    setBusy(true);
    setTrouble("");
    try {
      return await carryOut(app, acts);
    } catch (error) {
      setTrouble(whyNot(error));
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { busy, trouble, setTrouble, order };
}
