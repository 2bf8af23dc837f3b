import type { InvitationState } from "#protocol/admin";
import type { AuditFacts, AuditKind } from "#protocol/audit";
import type { PersonState } from "#protocol/directory";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { OrderAct, OrderId } from "#protocol/order";
import { AppError } from "../error.ts";
import type { Tx } from "../ports.ts";
import { Asks } from "./asks.ts";
import type { Done } from "./carry-out.ts";
import type { DatedOrders } from "./dated.ts";
import { dayAhead, isTooFar, TOO_FAR } from "./day.ts";
import { actFacts } from "./facts.ts";
import { changeBy, judgeOperator } from "./operator-hand.ts";
import type { Surroundings } from "./surroundings.ts";
import type { TokenDesk } from "./tokens.ts";
import { isWellFormedAct } from "./well-formed-order.ts";

const MOST = 1_000_000;
const MAX_NAME = 60;

/** What the operator looks up. Each is a list of things as the protocol has them. */
export type OperatorList =
  | { list: "units" | "waves" | "grants" | "sessions" | "tokens" }
  | { list: "people"; text?: string; unit?: string; state?: PersonState }
  | { list: "posts"; text?: string; unit?: string }
  | { list: "charges"; person?: string; post?: string }
  | { list: "devices"; person: string }
  | { list: "orders"; state: "waiting" | "dated" | "done" }
  | { list: "invitations"; state?: InvitationState };

type OperatorAct = Exclude<OrderAct, { do: "export" | "approve" }>;
/** `dated`: it is kept until its day, under this id */
export type OperatorDone = Done & { dated?: { order: OrderId; from: number } };

/**
 * What somebody may do who has the machine: all but ordering people's administrators about. Whatever is done, and who of
 * the machine's users did it, is in the audit log.
 */
export class Operator {
  private readonly asks: Asks;

  constructor(
    private readonly around: Surroundings,
    private readonly tokens: TokenDesk,
    private readonly dated: DatedOrders,
  ) {
    this.asks = new Asks(around);
  }

  /** @throws AppError fix, forbidden (roles are the administrators' to give) */
  async act(name: string, act: unknown): Promise<OperatorDone> {
    if (!isWellFormedAct(act) || act.do === "export" || act.do === "approve")
      throw new AppError("fix", "This is malformed, too long, or nothing that an operator does.");
    const { store, invitations, now } = this.around;
    if (isTooFar(act, now())) throw new AppError("fix", TOO_FAR);
    const done = await store.write(DIRECTORY_ROOM, (tx): OperatorDone => {
      const later = this.putOff(tx, name, act);
      if (later) return later;
      const answer = this.do(tx, act);
      this.note(tx, name, "operator", actFacts(act));
      return answer;
    });
    if (done.dated) this.dated.look();
    return done.invitations ? { ...done, invitations: await invitations.send(done.invitations) } : done;
  }

  async list(name: string, wanted: OperatorList): Promise<unknown[]> {
    const found = await this.find(wanted);
    if (["people", "devices", "sessions", "invitations"].includes(wanted.list)) {
      const facts: AuditFacts = { ask: wanted.list, count: found.length };
      for (const [key, value] of Object.entries(wanted)) if (key !== "list") facts[key] = String(value).slice(0, 200);
      await this.around.store.write(DIRECTORY_ROOM, (tx) => this.note(tx, name, "read", facts));
    }
    return found;
  }

  /** Keeps what is for a later day, or calls such a thing off; undefined for what is to be done at once. */
  private putOff(tx: Tx, name: string, act: OperatorAct): OperatorDone | undefined {
    const operator = name.slice(0, MAX_NAME);
    const done: Done = { state: "done", before: [], refused: [] };
    if (act.do === "refuse") {
      this.dated.callOffOperators(tx, operator, act.order);
      return done;
    }
    const from = dayAhead(act, this.around.now());
    if (act.do !== "state" || from === undefined) return undefined;
    judgeOperator(act, this.around);
    return { ...done, dated: { order: this.dated.keepForOperator(tx, operator, act, from), from } };
  }

  private do(tx: Tx, act: OperatorAct): Done {
    const { directory, invitations } = this.around;
    const done = (more: Partial<Done> = {}): Done => ({ state: "done", before: [], refused: [], ...more });
    switch (act.do) {
      case "put":
        judgeOperator(act, this.around);
        directory.issue(tx, "operator", act.entries);
        return done();
      case "state":
      case "grant":
      case "ungrant":
        judgeOperator(act, this.around);
        return done({ before: changeBy(tx, act, "operator", this.around) });
      case "unrevoke":
        judgeOperator(act, this.around);
        return done({ before: changeBy(tx, act, "revocation", this.around) });
      case "revoke":
        return done({ before: changeBy(tx, act, "revocation", this.around) });
      case "invite":
        return done({ invitations: invitations.invite(tx, act.people, act.validMs, act.way, null, 1) });
      case "uninvite":
        invitations.uninvite(tx, act.invitations, null);
        return done();
      case "token":
        return done({ token: this.tokens.add(tx, act, null) });
      case "untoken":
        if (!tx.tables.orders.token(act.token)) throw new AppError("fix", "There is no such token.");
        tx.tables.orders.endToken(act.token);
        return done();
      case "refuse":
        return done();
    }
  }

  private find(wanted: OperatorList): unknown[] | Promise<unknown[]> {
    const { store, directory, now, waves } = this.around;
    const { offices, orders } = store.tables;
    const shown = (person: { id: PersonId }) => directory.person(person.id) ?? person;
    switch (wanted.list) {
      case "people": {
        const { text, unit, state } = wanted;
        if (text) return store.search(text, 50).map(shown);
        const units = unit === undefined ? ("all" as const) : offices.unitsUnder(unit);
        const where = { province: store.province, units, state: state ?? null, at: now() };
        return store.tables.roster.people(where, "", MOST).map(shown);
      }
      case "units":
        return offices.units(store.province);
      case "posts":
        return this.asks.posts({ ask: "posts", limit: MOST, ...wanted }, "all").posts;
      case "charges":
        if (wanted.person !== undefined) return offices.chargesOf(wanted.person);
        return wanted.post !== undefined ? offices.chargesOfPost(wanted.post) : [];
      case "waves":
        return waves.statuses();
      case "grants":
        return this.asks.grants().grants;
      case "devices":
        return this.asks.person(wanted.person, "all", undefined).devices;
      case "sessions":
        return this.asks.sessions({ ask: "sessions", limit: MOST }, "all").sessions;
      case "tokens":
        return orders.tokens(now());
      case "orders":
        return this.asks.orders({ ask: "orders", state: wanted.state, limit: 1000 }, undefined).orders;
      case "invitations": {
        const { state } = wanted;
        return this.asks.invitations({ ask: "invitations", limit: 1000, ...(state && { state }) }, "all").invitations;
      }
    }
  }

  private note(tx: Tx, name: string, kind: AuditKind, facts: AuditFacts): void {
    tx.tables.audit.append({ kind, by: { operator: name.slice(0, MAX_NAME) }, facts }, this.around.now());
  }
}
