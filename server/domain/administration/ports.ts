import type { Person, PersonState, Scope } from "#protocol/directory";
import type { PersonId, Province } from "#protocol/ids";
import type { Order, OrderAnswer, OrderId } from "#protocol/order";

/** An order as it was given at this node, and what came of it. */
export interface KeptOrder {
  order: Order;
  /** `said`: a second administrator's word, which stands with the order that it is on */
  state: "waiting" | "dated" | "done" | "refused" | "said";
  /** milliseconds since 1970: when it came, or was decided */
  at: number;
  /** until when a second administrator may decide it; the day of a dated one */
  until: number;
  second: PersonId | null;
  /** what was answered last, without secrets; null where it waits for a word or its day */
  answer: Extract<OrderAnswer, { state: "done" | "dated" }> | null;
  /** people whose state it changed without a second administrator, or is to change on its day */
  people: number;
  /** of a dated one: the second administrator's word, as it is to be signed into the log with the order */
  word?: Order;
  /** the machine's user who gave it: nobody signed it */
  operator?: string;
  /** why it could not be carried out on its day */
  why?: string;
}

/** A personnel system's token. Its secret is told once and kept nowhere. */
export interface Token {
  id: string;
  name: string;
  scope: Scope;
  /** null: the operator */
  by: PersonId | null;
  made: number;
  expires: number;
  used: number | null;
}

export interface RosterWhere {
  province: Province;
  /** those who belong to one of these */
  units: "all" | ReadonlySet<string>;
  state: PersonState | null;
  /** who holds which post is asked of this moment, milliseconds since 1970 */
  at: number;
}

/** People as administrators look them through. */
export interface Roster {
  /** by id, behind `after` */
  people(where: RosterWhere, after: PersonId, limit: number): Person[];
  count(where: RosterWhere): number;
  /** active people who have come in with some device */
  inside(province: Province, units: RosterWhere["units"], at: number): number;
}

/** Orders that were given here, those that wait for a second administrator, and tokens: not replicated. Reading. */
export interface Orders {
  order(id: OrderId): KeptOrder | undefined;
  /** newest first behind `after`, a place that `next` told; `done`: those that are decided or too old */
  orders(where: { state: "waiting" | "dated" | "done"; after?: string; limit: number; now: number }): {
    orders: KeptOrder[];
    next?: string;
  };
  /** the one whose day comes first */
  nextDated(): KeptOrder | undefined;
  /** those on this person, the nearest day first */
  datedOf(person: PersonId): KeptOrder[];
  /** people whose state one administrator changed alone since then */
  changedBy(person: PersonId, since: number): number;
  /** which piece of its file is to be fetched next: "" the first one, null none any more */
  piece(id: OrderId): string | null;
  /** those that are good, by age */
  tokens(now: number): Token[];
  token(id: string): Token | undefined;
  /** @param hash SHA-256 of the secret, hex */
  tokenByHash(hash: string, now: number): Token | undefined;
}

/** Writing, inside a transaction of DIRECTORY_ROOM. */
export interface OrdersTx extends Orders {
  /** a new one, or what has become of it */
  keepOrder(kept: KeptOrder): void;
  setPiece(id: OrderId, piece: string | null): void;
  forgetOrders(before: number): void;
  addToken(token: Token, hash: string): void;
  useToken(id: string, at: number): void;
  endToken(id: string): void;
}
