import type { Database } from "bun:sqlite";
import type { PersonId } from "#protocol/ids";
import type { OrderId } from "#protocol/order";
import type { KeptOrder, OrdersTx, Token } from "../domain/administration/ports.ts";

type OrderRow = { place: number; json: string };
type TokenRow = { json: string; used: number | null };

const statements = (db: Database) => ({
  keep: db.prepare(
    `INSERT INTO orders (id, person, state, at, until, people, json) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, at = excluded.at, until = excluded.until,
       people = excluded.people, json = excluded.json`,
  ),
  one: db.prepare<OrderRow, [string]>("SELECT place, json FROM orders WHERE id = ?"),
  waiting: db.prepare<OrderRow, [number, number, number]>(
    "SELECT place, json FROM orders WHERE state = 'waiting' AND until > ? AND place < ? ORDER BY place DESC LIMIT ?",
  ),
  dated: db.prepare<OrderRow, [number, number]>(
    "SELECT place, json FROM orders WHERE state = 'dated' AND place < ? ORDER BY place DESC LIMIT ?",
  ),
  nextDated: db.prepare<OrderRow, []>(
    "SELECT place, json FROM orders WHERE state = 'dated' ORDER BY until, place LIMIT 1",
  ),
  datedOf: db.prepare<OrderRow, [string]>(
    `SELECT o.place, o.json FROM dated d JOIN orders o ON o.id = d.id WHERE d.person = ? ORDER BY o.until, o.place
     LIMIT 100`,
  ),
  addDated: db.prepare("INSERT OR IGNORE INTO dated (person, id) VALUES (?, ?)"),
  endDated: db.prepare("DELETE FROM dated WHERE id = ?"),
  decided: db.prepare<OrderRow, [number, number, number]>(
    `SELECT place, json FROM orders WHERE (state IN ('done', 'refused') OR (state = 'waiting' AND until <= ?)) AND place < ?
     ORDER BY place DESC LIMIT ?`,
  ),
  changed: db.prepare<{ n: number | null }, [string, number]>(
    "SELECT sum(people) AS n FROM orders WHERE person = ? AND at > ? AND people > 0",
  ),
  piece: db.prepare<{ piece: string | null }, [string]>("SELECT piece FROM orders WHERE id = ?"),
  setPiece: db.prepare("UPDATE orders SET piece = ? WHERE id = ?"),
  forget: db.prepare("DELETE FROM orders WHERE at < ? AND until < ? AND state <> 'dated'"),
  addToken: db.prepare("INSERT INTO tokens (id, hash, expires, json) VALUES (?, ?, ?, ?)"),
  useToken: db.prepare("UPDATE tokens SET used = ? WHERE id = ?"),
  endToken: db.prepare("UPDATE tokens SET ended = 1 WHERE id = ?"),
  tokens: db.prepare<TokenRow, [number]>(
    "SELECT json, used FROM tokens WHERE ended = 0 AND expires > ? ORDER BY id LIMIT 1000",
  ),
  token: db.prepare<TokenRow, [string]>("SELECT json, used FROM tokens WHERE id = ? AND ended = 0"),
  tokenByHash: db.prepare<TokenRow, [string, number]>(
    "SELECT json, used FROM tokens WHERE hash = ? AND ended = 0 AND expires > ?",
  ),
});

/** Orders and tokens: what administration keeps in the province. */
export class OrderTable implements OrdersTx {
  private readonly sql: ReturnType<typeof statements>;
  constructor(db: Database) {
    this.sql = statements(db);
  }

  order(id: OrderId): KeptOrder | undefined {
    const row = this.sql.one.get(id);
    return row ? (JSON.parse(row.json) as KeptOrder) : undefined;
  }

  orders(where: { state: "waiting" | "dated" | "done"; after?: string; limit: number; now: number }): {
    orders: KeptOrder[];
    next?: string;
  } {
    const { state, after, limit, now } = where;
    const before = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
    const rows =
      state === "dated"
        ? this.sql.dated.all(before, limit + 1)
        : (state === "waiting" ? this.sql.waiting : this.sql.decided).all(now, before, limit + 1);
    const page = rows.slice(0, limit);
    const next = rows.length > limit ? page.at(-1)?.place : undefined;
    const orders = page.map(({ json }) => JSON.parse(json) as KeptOrder);
    return next === undefined ? { orders } : { orders, next: String(next) };
  }

  nextDated(): KeptOrder | undefined {
    const row = this.sql.nextDated.get();
    return row ? (JSON.parse(row.json) as KeptOrder) : undefined;
  }

  datedOf(person: PersonId): KeptOrder[] {
    return this.sql.datedOf.all(person).map(({ json }) => JSON.parse(json) as KeptOrder);
  }

  changedBy(person: PersonId, since: number): number {
    return this.sql.changed.get(person, since)?.n ?? 0;
  }

  piece(id: OrderId): string | null {
    return this.sql.piece.get(id)?.piece ?? null;
  }

  tokens(now: number): Token[] {
    return this.sql.tokens.all(now).map(readToken);
  }

  token(id: string): Token | undefined {
    const row = this.sql.token.get(id);
    return row ? readToken(row) : undefined;
  }

  tokenByHash(hash: string, now: number): Token | undefined {
    const row = this.sql.tokenByHash.get(hash, now);
    return row ? readToken(row) : undefined;
  }

  keepOrder(kept: KeptOrder): void {
    const { order, state, at, until, people } = kept;
    this.sql.keep.run(order.id, order.person, state, at, until, people, JSON.stringify(kept));
    if (order.act.do !== "state" || order.act.from === undefined) return;
    this.sql.endDated.run(order.id);
    if (state === "dated") for (const each of order.act.people) this.sql.addDated.run(each, order.id);
  }

  setPiece(id: OrderId, piece: string | null): void {
    this.sql.setPiece.run(piece, id);
  }

  forgetOrders(before: number): void {
    this.sql.forget.run(before, before);
  }

  addToken(token: Token, hash: string): void {
    this.sql.addToken.run(token.id, hash, token.expires, JSON.stringify(token));
  }

  useToken(id: string, at: number): void {
    this.sql.useToken.run(at, id);
  }

  endToken(id: string): void {
    this.sql.endToken.run(id);
  }
}

const readToken = ({ json, used }: TokenRow): Token => ({ ...(JSON.parse(json) as Token), used });
