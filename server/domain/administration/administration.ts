import type { AdminAnswer, AdminAsk } from "#protocol/admin";
import type { AuditFacts, AuditKind } from "#protocol/audit";
import type { AdminRole, Grant, Person } from "#protocol/directory";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { Order, OrderAnswer } from "#protocol/order";
import { AppError } from "../error.ts";
import { Asks } from "./asks.ts";
import { CarryOut } from "./carry-out.ts";
import { DatedOrders } from "./dated.ts";
import { pieceOf } from "./exported.ts";
import { askFacts } from "./facts.ts";
import { OrderDesk } from "./order-desk.ts";
import { type Hand, handsOf, holdingGrants, joinReach, mayGive, reaches } from "./reach.ts";
import { Refusals } from "./refusals.ts";
import { type Actor, type Surroundings, worldOf } from "./surroundings.ts";
import { TokenDesk } from "./tokens.ts";
import { isWellFormedAsk } from "./well-formed-order.ts";

const DAY_MS = 24 * 3600_000;
const FULL: readonly AdminRole[] = ["provincial", "federal"];
const READERS: readonly AdminRole[] = [...FULL, "auditor"];
const ALL: readonly AdminRole[] = [...READERS, "nodal"];

/** Whose roles may ask it. Whom they are told of is another matter: that goes by how far the role reaches. */
const MAY_ASK: Record<Exclude<AdminAsk["ask"], "overview">, readonly AdminRole[]> = {
  people: ALL,
  person: ALL,
  units: ALL,
  posts: ALL,
  invitations: ALL,
  sessions: ALL,
  orders: ALL,
  preview: ALL,
  csv: [...FULL, "nodal"],
  waves: READERS,
  grants: READERS,
  tokens: READERS,
  exported: READERS,
  audit: ["auditor"],
  reports: ALL,
};

/** Who may come in, and who decides it: what administrators ask and order of their own province's node. */
export class Administration {
  readonly tokens: TokenDesk;
  /** to be started and stopped with the node */
  readonly dated: DatedOrders;
  private readonly asks: Asks;
  private readonly orders: OrderDesk;
  private readonly refusals: Refusals;

  constructor(private readonly around: Surroundings) {
    const { store, now } = around;
    this.tokens = new TokenDesk(store, now);
    this.refusals = new Refusals(store, now);
    this.asks = new Asks(around);
    const carry = new CarryOut(around, this.tokens);
    this.dated = new DatedOrders(around, carry);
    this.orders = new OrderDesk(around, carry, this.dated, this.refusals);
  }

  /** The roles that a person holds now. */
  rolesOf(person: PersonId): Grant[] {
    return holdingGrants(person, this.around.now(), worldOf(this.around));
  }

  /** @throws AppError fix, forbidden, conflict, sign-in (signature), elsewhere (a person of another province), wait */
  order(who: Actor, order: Order): Promise<OrderAnswer> {
    return this.orders.order(who, order);
  }

  /** Whatever is read of people goes into the audit log. @throws AppError forbidden, fix, elsewhere */
  async ask(who: Actor, ask: AdminAsk): Promise<AdminAnswer> {
    if (!isWellFormedAsk(ask)) throw new AppError("fix", "The question is malformed.");
    const { store, now } = this.around;
    if (store.person(who.person)?.province !== store.province)
      throw new AppError("elsewhere", "Ask in your own province.");
    const hands = handsOf(who.person, now(), worldOf(this.around));
    try {
      const answer = await this.answer(who, ask, hands);
      const facts = askFacts(ask);
      if (facts) await this.note(who, "read", { ...facts, ...countOf(answer) });
      return answer;
    } catch (error) {
      if (error instanceof AppError && error.code === "forbidden")
        await this.refusals.note(who, { ...(askFacts(ask) ?? { ask: ask.ask }), why: error.message });
      throw error;
    }
  }

  private async answer(who: Actor, ask: AdminAsk, all: Hand[]): Promise<AdminAnswer> {
    const { asks, around } = this;
    const { tables, province } = around.store;
    const readers = all.filter(({ role }) => ALL.includes(role));
    if (ask.ask === "overview")
      return asks.overview(this.rolesOf(who.person), readers.length > 0 ? joinReach(readers) : null, who);
    const hands = all.filter(({ role }) => MAY_ASK[ask.ask].includes(role));
    if (hands.length === 0) throw new AppError("forbidden", "Your roles do not allow this.");
    const reach = joinReach(hands);
    // A nodal officer sees own orders alone.
    const only = hands.some(({ role }) => role !== "nodal") ? undefined : who.person;
    switch (ask.ask) {
      case "people":
        return asks.people(ask, reach);
      case "person":
        return asks.person(ask.person, reach, only);
      case "units":
        return { answer: "units", units: tables.offices.units(province) };
      case "posts":
        return asks.posts(ask, reach);
      case "waves":
        return { answer: "waves", waves: await around.waves.statuses() };
      case "invitations":
        return asks.invitations(ask, reach);
      case "sessions":
        return asks.sessions(ask, reach);
      case "grants":
        return asks.grants();
      case "tokens":
        return asks.tokens();
      case "orders":
        return asks.orders(ask, only);
      case "preview":
        return asks.preview(ask, who);
      case "audit":
        return { answer: "audit", ...tables.audit.find(ask.find), size: tables.audit.size() };
      case "reports":
        return asks.reports(ask, reach, who);
      case "csv": {
        if (!around.readCsv) throw new AppError("elsewhere", "This node does not read files of people.");
        const world = worldOf(around);
        const within = (person: Person) => reaches(reach, person, around.now(), world);
        return { answer: "csv", ...around.readCsv(ask.csv, within) };
      }
      case "exported":
        return this.exported(who, hands, ask.order, ask.piece ?? "");
    }
  }

  /** A file is handed out piece by piece, each once, to the two whose order it was. */
  private exported(who: Actor, hands: readonly Hand[], id: string, piece: string): Promise<AdminAnswer> {
    const { store, directory, now } = this.around;
    return store.write(DIRECTORY_ROOM, (tx): AdminAnswer => {
      const { orders } = store.tables;
      const kept = orders.order(id);
      const act = kept?.order.act;
      const own = kept?.order.person === who.person || kept?.second === who.person;
      // Whose role has changed since then gets no file that takes another.
      const may = act !== undefined && hands.some(({ role }) => mayGive(role, act));
      if (kept?.state !== "done" || act?.do !== "export" || !own || !may)
        throw new AppError("forbidden", "There is no such file for you.");
      if (now() - kept.at > DAY_MS) throw new AppError("conflict", "This file was there for a day. Order it again.");
      if (orders.piece(id) !== piece) throw new AppError("conflict", "This file was fetched already. Order it again.");
      const { csv, rows, next } = pieceOf(act.what, piece, store, (person) => directory.person(person.id) ?? person);
      tx.tables.orders.setPiece(id, next);
      const { person, device } = who;
      tx.tables.audit.append(
        { kind: "exported", by: { person, device }, facts: { order: id, what: act.what, rows, piece } },
        now(),
      );
      const name = `${act.what}-${store.province}-${new Date(kept.at).toISOString().slice(0, 10)}.csv`;
      return { answer: "exported", name, csv, ...(next !== null && { next }) };
    });
  }

  private async note({ person, device }: Actor, kind: AuditKind, facts: AuditFacts): Promise<void> {
    const { store, now } = this.around;
    await store.write(DIRECTORY_ROOM, (tx) => {
      tx.tables.audit.append({ kind, by: { person, device }, facts }, now());
    });
  }
}

/** How many came back. */
function countOf(answer: AdminAnswer): AuditFacts {
  switch (answer.answer) {
    case "people":
      return { count: answer.people.length, total: answer.total };
    case "invitations":
      return { count: answer.invitations.length };
    case "sessions":
      return { count: answer.sessions.length };
    case "audit":
      return { count: answer.entries.length };
    case "reports":
      return { count: answer.reports.length };
    default:
      return {};
  }
}
