import { DIRECTORY_ROOM } from "#protocol/ids";
import { MASS, type Order, type OrderAnswer, orderText, type SignedOrder } from "#protocol/order";
import { AppError } from "../error.ts";
import type { Tx } from "../ports.ts";
import type { CarryOut } from "./carry-out.ts";
import type { DatedOrders } from "./dated.ts";
import { dayAhead, isTooFar, MASS_MS, TOO_FAR } from "./day.ts";
import { actFacts } from "./facts.ts";
import type { KeptOrder, Orders } from "./ports.ts";
import { handsOf, joinReach, mayGive, reaches } from "./reach.ts";
import type { Refusals } from "./refusals.ts";
import { CLOCK_MS, faultsFor, handFault, judgeOrder, WAITING_MS } from "./rights.ts";
import { type Actor, type Surroundings, worldOf } from "./surroundings.ts";
import { TAKEN, takesContact } from "./taken-contact.ts";
import { hasHiddenSigns, isWellFormedOrder } from "./well-formed-order.ts";
import type { World } from "./world.ts";

/** How long it is known how to put an order back. */
const KEPT_MS = 30 * 24 * 3600_000;
const NO_ORDER = "There is no such order that you could decide.";
const NO_INVITATION = "There is no such invitation in your part of the directory.";

type Settled = Extract<OrderAnswer, { state: "done" | "dated" }>;
type ByWord = Order & { act: { do: "approve" | "refuse" } };

/** Takes administrators' orders, one after the other: the transaction on the directory is what puts them in a row. */
export class OrderDesk {
  constructor(
    private readonly around: Surroundings,
    private readonly carry: CarryOut,
    private readonly dated: DatedOrders,
    private readonly refusals: Refusals,
  ) {}

  /**
   * The same order again answers what came of it, without what is told once.
   * @throws AppError fix (malformed, the clock, an id that was used), sign-in (signature), elsewhere, forbidden, conflict
   */
  async order(who: Actor, order: Order): Promise<OrderAnswer> {
    try {
      this.check(who, order);
      const answer = await this.around.store.write(DIRECTORY_ROOM, (tx) => this.take(tx, order));
      if (answer.state === "dated") this.dated.look();
      if (answer.state !== "done" || !answer.invitations) return answer;
      return { ...answer, invitations: await this.around.invitations.send(answer.invitations) };
    } catch (error) {
      if (error instanceof AppError && (error.code === "forbidden" || error.code === "sign-in"))
        await this.refusals.note(who, { ...actFacts(order.act), order: order.id, why: error.message });
      throw error;
    }
  }

  private get kept(): Orders {
    return this.around.store.tables.orders;
  }

  private check(who: Actor, order: Order): void {
    if (!isWellFormedOrder(order)) throw new AppError("fix", "The order is malformed.");
    if (hasHiddenSigns(order.act))
      throw new AppError("fix", "There are signs in it that nobody sees, such as a line's end. Type the words anew.");
    if (isTooFar(order.act, order.at)) throw new AppError("fix", TOO_FAR);
    if (order.person !== who.person || order.device !== who.device)
      throw new AppError("fix", "The order names another administrator than the one signed in.");
    const { store } = this.around;
    if (store.person(who.person)?.province !== store.province)
      throw new AppError("elsewhere", "Orders are given in one's own province.");
    const hand = handFault(order, worldOf(this.around));
    if (hand !== undefined) throw new AppError("sign-in", hand);
  }

  private take(tx: Tx, order: Order): OrderAnswer {
    // What refuses an order only reads: a job that throws after it touched `tx` takes others of its commit back with it.
    const known = this.kept.order(order.id);
    if (known) return this.again(known, order);
    if (Math.abs(this.around.now() - order.at) > CLOCK_MS)
      throw new AppError(
        "fix",
        "Your clock and the node's are more than ten minutes apart. Set it right and try again.",
      );
    return isWord(order) ? this.decide(tx, order) : this.give(tx, order);
  }

  private again(known: KeptOrder, order: Order): OrderAnswer {
    if (orderText(known.order) !== orderText(order)) throw new AppError("fix", "This id was used for another order.");
    if (known.answer) return known.answer;
    if (known.state === "refused")
      throw new AppError("conflict", known.why ?? "Another administrator refused this order.");
    if (known.state === "dated") return { state: "dated", from: known.until };
    if (known.until <= this.around.now()) throw new AppError("conflict", "Nobody approved this order in time.");
    return { state: "waiting", until: known.until };
  }

  private give(tx: Tx, order: Order): OrderAnswer {
    const world = worldOf(this.around);
    const verdict = judgeOrder(order, world);
    if (verdict.is === "refused") throw new AppError("forbidden", verdict.why);
    this.judgeNow(order.person, order, world);
    this.judgeOwn(order, order, world);
    const isMany = this.isMany(order);
    tx.tables.orders.forgetOrders(this.around.now() - KEPT_MS);
    if (verdict.is === "sound" && !isMany) return this.settle(tx, order, true);
    return this.wait(tx, order);
  }

  /** Does it, or keeps it until its day. @param alone no second administrator approved it */
  private settle(tx: Tx, order: SignedOrder, alone: boolean): Settled {
    const day = dayAhead(order.act, this.around.now());
    return day === undefined ? this.carry.do(tx, order, alone) : this.dated.keep(tx, order, day, alone);
  }

  private wait(tx: Tx, order: Order): OrderAnswer {
    const at = this.around.now();
    const until = at + WAITING_MS;
    tx.tables.orders.keepOrder({ order, state: "waiting", at, until, second: null, answer: null, people: 0 });
    const { person, device, act, id } = order;
    const facts = { ...actFacts(act), order: id, until };
    tx.tables.audit.append({ kind: "order-waiting", by: { person, device }, facts }, at);
    return { state: "waiting", until };
  }

  /**
   * Clocks may be off by minutes, roles begin and end to the millisecond: who has none now orders nothing, however the
   * order is dated. Replicas cannot know when it came, and go by its date. @throws AppError forbidden
   */
  private judgeNow(person: string, { act }: Order, world: World): void {
    const fault = faultsFor(person, act, this.around.now(), world)[0];
    if (fault) throw new AppError("forbidden", fault.why);
  }

  /** What only this province knows, and replicas need not judge. @throws AppError forbidden */
  private judgeOwn({ act }: Order, by: Order, world: World): void {
    const { invitations, orders } = this.around.store.tables;
    if (act.do === "put" && takesContact(act.entries, this.around.now(), world)) throw new AppError("forbidden", TAKEN);
    if (act.do === "untoken" && !orders.token(act.token)) throw new AppError("forbidden", "There is no such token.");
    if (act.do !== "uninvite") return;
    const hands = handsOf(by.person, by.at, world).filter(({ role }) => mayGive(role, act));
    const reach = joinReach(hands);
    for (const id of act.invitations) {
      const person = world.person(invitations.invitation(id)?.person ?? "");
      // Whoever applied is no part of the directory yet: such an invitation is for those who have the whole province.
      const within = person ? reaches(reach, person, by.at, world) : reach === "all" && invitations.invitation(id);
      if (!within) throw new AppError("forbidden", NO_INVITATION);
    }
  }

  /** Split into several orders, many people are many all the same: within an hour one administrator alone changes MASS. */
  private isMany({ act, person }: Order): boolean {
    if (act.do !== "state") return false;
    return act.people.length + this.kept.changedBy(person, this.around.now() - MASS_MS) > MASS;
  }

  /** A second administrator's word. Whoever could not give the order learns not even that it is there. */
  private decide(tx: Tx, word: ByWord): OrderAnswer {
    const kept = this.kept.order(word.act.order);
    const world = worldOf(this.around);
    const now = this.around.now();
    if (!kept || kept.state === "said") throw new AppError("forbidden", NO_ORDER);
    const { order } = kept;
    const takesBack = word.act.do === "refuse" && word.person === order.person;
    if (!takesBack && !handsOf(word.person, word.at, world).some(({ role }) => mayGive(role, order.act)))
      throw new AppError("forbidden", NO_ORDER);
    const callsOff = kept.state === "dated" && word.act.do === "refuse";
    if (kept.state !== "waiting" && !callsOff) throw new AppError("conflict", "This order was decided meanwhile.");
    const fault = takesBack ? undefined : faultsFor(word.person, order.act, word.at, world)[0];
    if (fault) throw new AppError("forbidden", fault.why);
    if (!takesBack) this.judgeNow(word.person, order, world);
    if (!callsOff && kept.until <= now)
      throw new AppError("conflict", "This order waited too long. It must be given again.");
    const answer =
      word.act.do === "approve" ? this.approve(tx, { ...order, second: word }, world) : this.refuse(tx, kept, word);
    const said = answer.state === "done" ? { ...answer, invitations: undefined, token: undefined } : answer;
    tx.tables.orders.keepOrder({ ...WORD, order: word, at: now, until: now, answer: said });
    return answer;
  }

  private approve(tx: Tx, order: SignedOrder, world: World): Settled {
    const verdict = judgeOrder(order, world);
    if (verdict.is !== "sound")
      throw new AppError(
        "forbidden",
        verdict.is === "refused" ? verdict.why : "A second administrator must approve it.",
      );
    this.judgeNow(order.person, order, world);
    this.judgeOwn(order, order.second as Order, world);
    return this.settle(tx, order, false);
  }

  private refuse(tx: Tx, kept: KeptOrder, word: ByWord): Settled {
    const at = this.around.now();
    tx.tables.orders.keepOrder({ ...kept, state: "refused", at, second: word.person, people: 0 });
    const { person, device } = word;
    const facts = { ...actFacts(kept.order.act), order: kept.order.id, given: kept.order.person };
    tx.tables.audit.append({ kind: "order-refused", by: { person, device }, facts }, at);
    return { state: "done", before: [], refused: [] };
  }
}

const WORD = { state: "said" as const, second: null, people: 0 };
const isWord = (order: Order): order is ByWord => order.act.do === "approve" || order.act.do === "refuse";
