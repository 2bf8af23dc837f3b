import type { CallHead } from "#protocol/call";
import {
  beginOrder,
  type CallOrder,
  callOrderText,
  nextOrder,
  type OrderedAct,
  readCallOrder,
} from "#protocol/call-order";
import type { RoomId } from "#protocol/ids";
import type { Begin } from "./chair.ts";
import type { CallHost } from "./host.ts";

type Signing = Pick<CallHost, "who" | "now">;

/** What is said to be ordered in a call, how it began first. Whether it may be believed is judged elsewhere. */
export const ordersOf = ({ orders }: CallHead): CallOrder[] =>
  Array.isArray(orders) ? orders.map(readCallOrder).filter((order): order is CallOrder => order !== undefined) : [];

/** Begins the call by this device's word; one that a node has forgotten goes on by the words that were given in it. */
export async function begun(host: Signing, head: CallHead, act: Begin, sealed: boolean): Promise<CallOrder[]> {
  const known = ordersOf(head);
  if (known.length > 0 && known[0]?.calls[0] === act.id) return known;
  const { kind, media, lobby } = act;
  return [
    await signed(
      host,
      beginOrder(by(host, head.room), act.id, { do: "begin", kind, media, lobby, sealed }, host.now()),
    ),
  ];
}

/** What this device orders in the call. @param after when it gave its last order, milliseconds since 1970 */
export const ordered = (
  host: Signing,
  head: CallHead,
  act: Exclude<OrderedAct, { do: "begin" }>,
  after: number,
): Promise<CallOrder> => {
  const now = Math.max(host.now(), after + 1);
  return signed(host, nextOrder(by(host, head.room), { id: head.id, orders: ordersOf(head) }, act, now));
};

const by = (host: Signing, room: RoomId) => {
  const { person, device } = host.who();
  return { room, person, device };
};

async function signed(host: Signing, order: Omit<CallOrder, "spki" | "signature">): Promise<CallOrder> {
  const { key } = host.who();
  return { ...order, spki: key.spki, signature: await key.sign(callOrderText(order)) };
}
