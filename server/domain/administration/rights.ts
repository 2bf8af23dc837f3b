import { createHash } from "node:crypto";
import { type Order, type OrderAct, orderText, type Refused, type SignedOrder } from "#protocol/order";
import { faultsOf, needsSecond } from "./faults.ts";
import { handsOf, joinReach, mayGive } from "./reach.ts";
import { SECOND_HAND_RULES } from "./second-hand.ts";
import type { Verdict, World } from "./world.ts";

export type { Verdict, World } from "./world.ts";

/** How long an order waits for a second administrator, in milliseconds. */
export const WAITING_MS = 7 * 24 * 3600_000;
/** How far an administrator's clock may be off, in milliseconds. */
export const CLOCK_MS = 10 * 60_000;

const refuse = (why: string): Verdict => ({ is: "refused", why });
export const NOT_YOURS = "Your roles do not allow this order.";

/**
 * Whether an order holds: where it is sequenced, and again on every replica before it is carried out. Pure: it goes by the
 * order's own times and by the directory as it stands in the log of the order's province.
 */
export function judgeOrder(order: SignedOrder, world: World): Verdict {
  const { act, second, at } = order;
  if (act.do === "approve" || act.do === "refuse") return refuse("A word on an order stands with that order.");
  const hand = handFault(order, world);
  if (hand !== undefined) return refuse(hand);
  const fault = faultsFor(order.person, act, at, world)[0];
  if (fault) return refuse(fault.why);
  if (!second) return needsSecond(act, at, world) ? { is: "second" } : { is: "sound" };
  if (second.act.do !== "approve" || second.act.order !== order.id)
    return refuse("The second word is on another order.");
  if (second.act.text === undefined && world.offices.rules(world.province) >= SECOND_HAND_RULES)
    return refuse("The second word does not say on which words it is.");
  if (second.act.text !== undefined && second.act.text !== hashOf(order))
    return refuse("The second word is on other words than this order's.");
  if (second.person === order.person) return refuse("The second word must be another administrator's.");
  if (second.at < at - CLOCK_MS || second.at > at + WAITING_MS + CLOCK_MS)
    return refuse("The second word came too late.");
  const late = faultsFor(order.person, act, second.at, world)[0];
  const other = handFault(second, world) ?? late?.why ?? faultsFor(second.person, act, second.at, world)[0]?.why;
  return other === undefined ? { is: "sound" } : refuse(other);
}

/** `orderHash`, at once. */
export const hashOf = (order: Order): string => createHash("sha256").update(orderText(order)).digest("hex");

/** The device is the person's own and signed these very words. */
export function handFault(order: Order, world: World): string | undefined {
  const device = world.device(order.device);
  const person = world.person(order.person);
  if (!device || device.person !== order.person || device.revoked || person?.province !== world.province)
    return "This device is not known here.";
  return world.verify(device.key, orderText(order), order.signature)
    ? undefined
    : "The order's signature does not match its device.";
}

/** What of an act a person may not do at a moment, thing by thing; all of it where no role of theirs is for such an act. */
export function faultsFor(person: string, act: OrderAct, at: number, world: World): Refused[] {
  const hands = handsOf(person, at, world).filter(({ role }) => mayGive(role, act));
  if (hands.length === 0) return [{ id: person, why: NOT_YOURS }];
  const nodal = hands.every(({ role }) => role === "nodal");
  return faultsOf(act, { by: person, reach: joinReach(hands), at, nodal }, world);
}
