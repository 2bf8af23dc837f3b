import type { InvitationState } from "#protocol/admin";
import type { AuditFacts, AuditKind } from "#protocol/audit";
import type { Entry, PersonState } from "#protocol/directory";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import type { Directory } from "../directory/directory.ts";
import { standing } from "../directory/put-entry.ts";
import { AppError } from "../error.ts";
import type { Tx } from "../ports.ts";
import { Asks } from "./asks.ts";
import type { Done } from "./carry-out.ts";
import { effectOf } from "./effect.ts";
import { actFacts } from "./facts.ts";
import { holdingGrants, holdsRole, isActive, isSoundScope } from "./reach.ts";
import { type Surroundings, worldOf } from "./surroundings.ts";
import type { TokenDesk } from "./tokens.ts";
import { isWellFormedAct } from "./well-formed-order.ts";

/** From so many administrators on, roles are theirs to give. */
const ENOUGH = 2;
const MOST = 1_000_000;
const MAX_NAME = 60;

/** What the operator looks up. Each is a list of things as the protocol has them. */
export type OperatorList =
  | { list: "units" | "waves" | "grants" | "sessions" | "tokens" }
  | { list: "people"; text?: string; unit?: string; state?: PersonState }
  | { list: "posts"; text?: string; unit?: string }
  | { list: "charges"; person?: string; post?: string }
  | { list: "devices"; person: string }
  | { list: "orders"; state: "waiting" | "done" }
  | { list: "invitations"; state?: InvitationState };

type OperatorAct = Exclude<OrderAct, { do: "export" | "approve" | "refuse" }>;
type Around = Surroundings & { directory: Pick<Directory, "issue"> };

/**
 * What somebody may do who has the machine: all but ordering people's administrators about. Whatever is done, and who of
 * the machine's users did it, is in the audit log.
 */
export class Operator {
  private readonly asks: Asks;

  constructor(
    private readonly around: Around,
    private readonly tokens: TokenDesk,
  ) {
    this.asks = new Asks(around);
  }

  /** @throws AppError fix, forbidden (roles are the administrators' to give) */
  async act(name: string, act: unknown): Promise<Done> {
    if (!isWellFormedAct(act) || act.do === "export" || act.do === "approve" || act.do === "refuse")
      throw new AppError("fix", "This is malformed, too long, or nothing that an operator does.");
    const { store, invitations } = this.around;
    const done = await store.write(DIRECTORY_ROOM, (tx) => {
      const answer = this.do(tx, act);
      this.note(tx, name, "operator", actFacts(act));
      return answer;
    });
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

  private do(tx: Tx, act: OperatorAct): Done {
    const { directory, invitations } = this.around;
    const done = (more: Partial<Done> = {}): Done => ({ state: "done", before: [], refused: [], ...more });
    switch (act.do) {
      case "put":
        directory.issue(tx, "operator", act.entries);
        return done();
      case "state":
      case "grant":
      case "ungrant":
        this.judge(act);
        return done({ before: this.change(tx, act, "operator") });
      case "revoke":
      case "unrevoke":
        return done({ before: this.change(tx, act, "revocation") });
      case "invite":
        return done({ invitations: invitations.invite(tx, act.people, act.validMs, act.way, null) });
      case "uninvite":
        invitations.uninvite(tx, act.invitations, null);
        return done();
      case "token":
        return done({ token: this.tokens.add(tx, act, null) });
      case "untoken":
        if (!tx.tables.orders.token(act.token)) throw new AppError("fix", "There is no such token.");
        tx.tables.orders.endToken(act.token);
        return done();
    }
  }

  /** @returns the entries as they were before */
  private change(tx: Tx, act: OperatorAct, by: "operator" | "revocation"): Entry[] {
    const world = worldOf(this.around);
    if (act.do === "revoke" || act.do === "unrevoke") {
      const unknown = act.devices.find((id) => !world.device(id));
      if (unknown) throw new AppError("fix", `There is no device ${unknown}.`);
    }
    const effect = effectOf(act, world);
    const before = effect.flatMap((entry) => standing(entry, tx, this.around.store) ?? []);
    if (effect.length > 0) this.around.directory.issue(tx, by, effect);
    return before;
  }

  /** The operator makes the first administrators; once there are two, roles are theirs alone to give and to end. */
  private judge(act: Extract<OperatorAct, { do: "state" | "grant" | "ungrant" }>): void {
    const { store, now } = this.around;
    const world = worldOf(this.around);
    const at = now();
    const touches = act.do !== "state" || act.people.some((id) => holdsRole(id, at, world));
    if (touches && this.administrators(at) >= ENOUGH)
      throw new AppError("forbidden", "This province has two administrators: roles are theirs to give and to end.");
    if (act.do === "state") {
      const unknown = act.people.find((id) => world.person(id)?.province !== store.province);
      if (unknown) throw new AppError("fix", `There is no person ${unknown} in this province.`);
    }
    if (act.do === "ungrant" && !world.offices.grant(act.grant)) throw new AppError("fix", "There is no such role.");
    if (act.do !== "grant") return;
    const person = world.person(act.grant.person);
    if (person?.province !== store.province || !isActive(person))
      throw new AppError("fix", "A role goes to an active person of this province.");
    if (!isSoundScope(act.grant.role, act.grant.scope, world))
      throw new AppError(
        "fix",
        "This role cannot be given for this: a nodal officer needs a unit, others the province.",
      );
  }

  private administrators(at: number): number {
    const world = worldOf(this.around);
    const holders = world.offices.grants(world.province).map(({ person }) => person);
    const full = (person: PersonId) =>
      holdingGrants(person, at, world).some(({ role }) => role === "provincial" || role === "federal");
    return new Set(holders.filter(full)).size;
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
        return this.asks.posts({ ask: "posts", limit: MOST, ...wanted }).posts;
      case "charges":
        if (wanted.person !== undefined) return offices.chargesOf(wanted.person);
        return wanted.post !== undefined ? offices.chargesOfPost(wanted.post) : [];
      case "waves":
        return waves.statuses();
      case "grants":
        return this.asks.grants().grants;
      case "devices":
        return this.asks.person(wanted.person, "all").devices;
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
