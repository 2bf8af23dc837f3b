import type { AuditActor, AuditDraft } from "#protocol/audit";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import type { OrderAct, OrderAnswer, OrderId, SignedOrder } from "#protocol/order";
import { AppError } from "../error.ts";
import type { Tx } from "../ports.ts";
import { inTime, type Later } from "../succession.ts";
import type { CarryOut } from "./carry-out.ts";
import { actFacts } from "./facts.ts";
import { changeBy, judgeOperator } from "./operator-hand.ts";
import { MASS_MS } from "./day.ts";
import type { KeptOrder } from "./ports.ts";
import { judgeOrder } from "./rights.ts";
import { type Surroundings, worldOf } from "./surroundings.ts";
import type { World } from "./world.ts";

/** Longest sleep before the day is looked at again: the wall clock may have been set meanwhile. */
const LONGEST_MS = 3_600_000;
const RETRY_MS = 10_000;

type Dated = Extract<OrderAnswer, { state: "dated" }>;
type StateAct = Extract<OrderAct, { do: "state" }>;
type Alarm = (what: string, cause: unknown) => void;

/**
 * Keeps orders whose day is to come, and carries each out when it has come: signed into the log then, as it was given.
 * What came while the node was off is made up for at the start, the earliest day first.
 */
export class DatedOrders {
  private watch: { alarm: Alarm; later: Later } | undefined;
  private working: Promise<void> | undefined;
  private callOffSleep = () => {};
  private failed = false;

  constructor(
    private readonly around: Surroundings,
    private readonly carry: CarryOut,
  ) {}

  start(alarm: Alarm, later: Later = inTime): void {
    this.watch = { alarm, later };
    this.look();
  }

  async stop(): Promise<void> {
    this.watch = undefined;
    this.callOffSleep();
    await this.working;
  }

  /** Settles when all that is due has been carried out. */
  async settled(): Promise<void> {
    while (this.working) await this.working;
  }

  /** Carries out what is due, and sleeps until the next day; to be called after the commit of what was kept. */
  look(): void {
    if (!this.watch || this.working) return;
    this.working = this.carryOutDue().finally(() => {
      this.working = undefined;
      this.sleep();
    });
  }

  /** @param alone it had no second administrator, and counts among those that its giver changes alone */
  keep(tx: Tx, { second, ...order }: SignedOrder, from: number, alone: boolean): Dated {
    const { act, id } = order;
    const people = alone && act.do === "state" ? act.people.length : 0;
    const kept: KeptOrder = {
      ...{ order, state: "dated", at: this.around.now(), until: from, answer: null, people },
      ...{ second: second?.person ?? null, ...(second && { word: second }) },
    };
    tx.tables.orders.keepOrder(kept);
    const by = second ?? order;
    const facts = { ...actFacts(act), order: id, ...(second && { given: order.person, second: second.person }) };
    this.tell(tx, { kind: "order-dated", by: { person: by.person, device: by.device }, facts });
    return { state: "dated", from };
  }

  /** What the operator is to do on a day: nobody signs it, and the province issues what comes of it. */
  keepForOperator(tx: Tx, operator: string, act: StateAct, from: number): OrderId {
    const at = this.around.now();
    const id = mintId(at);
    const order = { id, at, person: DIRECTORY_ROOM, device: DIRECTORY_ROOM, act, signature: "" };
    const rest = { at, until: from, second: null, answer: null, people: 0 };
    tx.tables.orders.keepOrder({ order, state: "dated", operator, ...rest });
    this.tell(tx, { kind: "order-dated", by: { operator }, facts: { ...actFacts(act), order: id } });
    return id;
  }

  /** @throws AppError forbidden for what an administrator ordered: that is the administrators' to call off */
  callOffOperators(tx: Tx, operator: string, id: OrderId): void {
    const kept = tx.tables.orders.order(id);
    if (kept?.state !== "dated" || kept.operator === undefined)
      throw new AppError("forbidden", "There is no dated order of the operator's with this id.");
    tx.tables.orders.keepOrder({ ...kept, state: "refused", at: this.around.now() });
    this.tell(tx, { kind: "order-refused", by: { operator }, facts: { ...actFacts(kept.order.act), order: id } });
  }

  private async carryOutDue(): Promise<void> {
    const { store, now } = this.around;
    this.failed = false;
    for (;;) {
      const next = store.tables.orders.nextDated();
      if (!this.watch || !next || next.until > now()) return;
      try {
        await this.carryOut(next.order.id);
      } catch (error) {
        // A full disk passes; what is due stays due.
        this.failed = true;
        this.watch?.alarm("A dated order could not be carried out.", error);
        return;
      }
    }
  }

  private sleep(): void {
    this.callOffSleep();
    const next = this.watch && this.around.store.tables.orders.nextDated();
    if (!this.watch || !next) return;
    const ms = Math.min(Math.max(next.until - this.around.now(), 0), LONGEST_MS);
    this.callOffSleep = this.watch.later(() => this.look(), this.failed ? RETRY_MS : ms);
  }

  private async carryOut(id: OrderId): Promise<void> {
    const { store } = this.around;
    try {
      await store.write(DIRECTORY_ROOM, (tx) => {
        const kept = this.due(tx, id);
        const why = kept && this.whyNot(kept);
        if (why !== undefined) this.end(tx, kept as KeptOrder, why);
        else if (kept) this.act(tx, kept);
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await store.write(DIRECTORY_ROOM, (tx) => {
        const kept = this.due(tx, id);
        if (kept) this.end(tx, kept, error.message);
      });
    }
  }

  /** Unless it was called off, or put off by a clock that was set, meanwhile. */
  private due(tx: Tx, id: OrderId): KeptOrder | undefined {
    const kept = tx.tables.orders.order(id);
    return kept?.state === "dated" && kept.until <= this.around.now() ? kept : undefined;
  }

  /** Judged as every replica will: by the roles at the order's time, as far as they were not ended since. */
  private whyNot({ order, word, operator }: KeptOrder): string | undefined {
    if (operator !== undefined) return operatorFault(order.act as StateAct, this.around);
    const verdict = judgeOrder(word ? { ...order, second: word } : order, asReplicasSee(worldOf(this.around)));
    if (verdict.is === "sound") return undefined;
    return verdict.is === "refused" ? verdict.why : "A second administrator must approve it.";
  }

  private act(tx: Tx, kept: KeptOrder): void {
    const { order, word, operator } = kept;
    if (operator === undefined) {
      // Done within the hour in which it was given it goes on counting: else whoever puts it off for a second changes any
      // number of people alone.
      const counts = kept.people > 0 && kept.at > this.around.now() - MASS_MS;
      this.carry.do(tx, word ? { ...order, second: word } : order, counts);
      return;
    }
    const act = order.act as StateAct;
    const before = changeBy(tx, act, "operator", this.around);
    const at = this.around.now();
    const answer = { state: "done" as const, before, refused: [] };
    tx.tables.orders.keepOrder({ ...kept, state: "done", at, until: at, answer });
    this.tell(tx, { kind: "operator", by: { operator }, facts: { ...actFacts(act), order: order.id } });
  }

  private end(tx: Tx, kept: KeptOrder, why: string): void {
    const { order, operator } = kept;
    tx.tables.orders.keepOrder({ ...kept, state: "refused", at: this.around.now(), people: 0, why });
    const by: AuditActor = { node: this.around.store.province };
    const given = operator ?? order.person;
    this.tell(tx, { kind: "order-refused", by, facts: { ...actFacts(order.act), order: order.id, given, why } });
  }

  private tell(tx: Tx, draft: AuditDraft): void {
    tx.tables.audit.append(draft, this.around.now());
  }
}

function operatorFault(act: StateAct, around: Surroundings): string | undefined {
  try {
    judgeOperator(act, around);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

/** A device that was good when the order came may have been replaced since: what it signed stands. */
const asReplicasSee = (world: World): World => ({
  ...world,
  device: (id) => {
    const device = world.device(id);
    return device && { ...device, revoked: false };
  },
});
