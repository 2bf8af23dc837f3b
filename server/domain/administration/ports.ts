import type { Entry, Scope } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { Order, OrderAnswer, OrderId } from "#protocol/order";

/** An order as it was given at this node, and what came of it. */
export interface KeptOrder {
  order: Order;
  /** `said`: a second administrator's word, which stands with the order that it is on */
  state: "waiting" | "done" | "refused" | "said";
  /** milliseconds since 1970: when it came, or was decided */
  at: number;
  /** until when a second administrator may decide it */
  until: number;
  second: PersonId | null;
  /** what was answered last, without secrets; null where it waits */
  answer: Extract<OrderAnswer, { state: "done" }> | null;
  /** entries that it brought, by their ids: an entry of these that is not in `answer.before` was new */
  put: Entry[];
  /** people whose state it changed without a second administrator */
  people: number;
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

/** Orders that were given here, those that wait for a second administrator, and tokens: not replicated. Reading. */
export interface Orders {
  order(id: OrderId): KeptOrder | undefined;
  /** newest first behind `after`, a place that `next` told; those that wait, or those that are decided or too old */
  orders(where: { waiting: boolean; after?: string; limit: number; now: number }): {
    orders: KeptOrder[];
    next?: string;
  };
  /** people whose state one administrator changed alone since then */
  changedBy(person: PersonId, since: number): number;
  wasFetched(id: OrderId): boolean;
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
  /** false where it was fetched before */
  fetch(id: OrderId): boolean;
  forgetOrders(before: number): void;
  addToken(token: Token, hash: string): void;
  useToken(id: string, at: number): void;
  endToken(id: string): void;
}
