import type { Order, OrderAct } from "#protocol/order";
import { hashOf } from "../domain/administration/rights.ts";

/** A second administrator's yes to exactly this order. */
export const yesTo = (order: Order): OrderAct => ({ do: "approve", order: order.id, text: hashOf(order) });
