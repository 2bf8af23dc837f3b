import type { Entry, Grant, GrantId, PersonState, Scope } from "./directory.ts";
import { type DeviceId, type EventId, type PersonId, toHex } from "./ids.ts";

export type OrderId = EventId;

/** What an administrator orders. Each is signed by the administrator's device, and every replica checks it again. */
export type OrderAct =
  /** enters or changes people (not their `state`), units, posts, charges, waves and photos */
  | { do: "put"; entries: Exclude<Entry, { grant: Grant } | { device: unknown }>[]; undoes?: OrderId }
  /** `from`: milliseconds since 1970, at most two years ahead; where it lies ahead, it is kept and done on that day */
  | { do: "state"; people: PersonId[]; state: PersonState; undoes?: OrderId; from?: number }
  | { do: "grant"; grant: Grant }
  | { do: "ungrant"; grant: GrantId }
  | { do: "revoke"; devices: DeviceId[] }
  | { do: "unrevoke"; devices: DeviceId[] }
  | { do: "invite"; people: PersonId[]; validMs: number; way: InviteWay }
  | { do: "uninvite"; invitations: string[] }
  | { do: "export"; what: "people" | "audit" }
  /** a bearer token for a personnel system (SCIM 2.0) */
  | { do: "token"; name: string; scope: Scope; validMs: number }
  | { do: "untoken"; token: string }
  /** the second administrator's word on an order that waits for one; `refuse` also calls off one whose day is to come. `text`: `orderHash`, without which it is refused */
  | { do: "approve"; order: OrderId; text?: string }
  | { do: "refuse"; order: OrderId };

/** `show`: the administrator hands the code over, on paper or by word of mouth. */
export type InviteWay = "show" | "email" | "sms";

export interface Order {
  id: OrderId;
  /** milliseconds since 1970 by the administrator's clock; refused when it is more than ten minutes off */
  at: number;
  person: PersonId;
  device: DeviceId;
  act: OrderAct;
  /** over `orderText`, by the device (ECDSA P-256, SHA-256, IEEE P1363, base64) */
  signature: string;
}

/** As it is carried out, with the word of the second administrator where one was needed. */
export interface SignedOrder extends Order {
  /** an order `{do: "approve", order: id}` of another person */
  second?: Order;
}

/** SHA-256 of an order's text, hex: `text` of an approval. The word counts for that very order and for no other of its id. */
export async function orderHash(order: Omit<Order, "signature">): Promise<string> {
  const bytes = new TextEncoder().encode(orderText(order));
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

export const orderText = ({ id, at, person, device, act }: Omit<Order, "signature">): string =>
  JSON.stringify(["beep order v1", id, at, person, device, act]);

/** Somebody, or a post, is new for so long, in milliseconds: a week. */
export const NEW_MS = 7 * 24 * 3600_000;

/** People that one order may retire or remove without a second administrator. */
export const MASS = 10;

export type OrderAnswer =
  /** `before`: entries as they were, to put them back; an entry that is new is not among them */
  | { state: "done"; before: Entry[]; refused: Refused[]; invitations?: IssuedInvitation[]; token?: string }
  /** a second administrator must approve it */
  | { state: "waiting"; until: number }
  /** it is kept until its day */
  | { state: "dated"; from: number };

/** What was left out of an order, and why, in words for the administrator. */
export interface Refused {
  id: string;
  why: string;
}

export interface IssuedInvitation {
  id: string;
  person: PersonId;
  /** the code and the address that opens it, only where it is shown: nobody can look them up again */
  code?: string;
  url?: string;
  /** from when it is good, where that is later: the person is inside, and their devices may stop it until then */
  from?: number;
  expires: number;
  /** how it went out, or why it did not */
  sent: InviteWay | { failed: string };
}
