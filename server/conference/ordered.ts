import type { CallAct } from "#protocol/call";
import { type CallOrder, isSameAct, type OrderedAct } from "#protocol/call-order";
import { type Opening, openingOf } from "../domain/calls/leg-state.ts";
import type { Call } from "../domain/calls/merge.ts";
import { AppError } from "../domain/error.ts";
import type { Caller } from "./parts.ts";
import type { RoomCall } from "./room-call.ts";

/** What the devices of this node's people ordered, as far as it may be believed. */

const UNSIGNED = "This version of Beep does not sign what hosts of a call decide. Load the page again.";
const FALSE = "The device did not sign this, or its clock is wrong.";

/**
 * What the socket's own device ordered just now. Whether its person may is not looked at.
 * @throws AppError update where there is no order, fix where it says something else, conflict where it is of another call,
 * sign-in where it does not hold
 */
export function orderOf(
  room: RoomCall,
  who: Caller,
  call: Call,
  act: Exclude<OrderedAct, { do: "begin" }>,
  [order]: readonly CallOrder[],
): CallOrder {
  if (!order) throw new AppError("update", UNSIGNED);
  if (!isSameAct(order.act, act) || order.person !== who.person || order.device !== who.device)
    throw new AppError("fix", "The order is about something else.");
  if (order.calls[0] !== call.opening.id)
    throw new AppError("conflict", "The call is another one now. Look, and try again.");
  if (!room.judge.isFresh(order, room.house.now())) throw new AppError("sign-in", FALSE);
  return order;
}

/**
 * How the call begins, by the order of who begins it. One that a node forgot is begun again by whoever comes back first,
 * with the order by which it began: then its entry must be in the room.
 * @throws AppError as `orderOf`
 */
export function openingOrdered(
  room: RoomCall,
  who: Caller,
  { id, kind, media, lobby }: CallAct & { do: "begin" },
  orders: readonly CallOrder[],
): Opening {
  const order = orders.find(({ act, calls }) => act.do === "begin" && calls[0] === id);
  if (order?.act.do !== "begin") throw new AppError("update", UNSIGNED);
  const opening = openingOf(order);
  if (!opening || !isSameAct(order.act, { ...order.act, kind, media, lobby }))
    throw new AppError("fix", "The order is about something else.");
  const { judge, house } = room;
  const isOwn = order.person === who.person && order.device === who.device && judge.isFresh(order, house.now());
  if (!isOwn && !judge.hasBegun(opening, house.now())) throw new AppError("sign-in", FALSE);
  return opening;
}
