import type { CallId, CallRules, Rank } from "#protocol/call";
import { type BeginOrder, type CallOrder, MAX_ORDERED_CALLS } from "#protocol/call-order";
import type { PersonId, Province } from "#protocol/ids";
import { mayDo } from "./acts.ts";
import { APART_MS, type Opening, openingOf, rankOf } from "./leg-state.ts";

/** People of one call to whom hosts gave a rank: orders are told with each leg. */
export const MAX_RANKED = 50;
/** What a call's orders come to. */
export interface Ruling {
  rules: CallRules;
  /** those that count and are not overtaken: they are passed on, whoever gave them */
  orders: CallOrder[];
  /** who began the calls that became this one: none of them removes another */
  founders: ReadonlySet<PersonId>;
}

export interface People {
  roleOf(person: PersonId): "owner" | "member" | undefined;
  provinceOf(person: PersonId): Province | undefined;
}

type Started = Pick<BeginOrder, "lobby" | "sealed"> & { opening: Opening; ranks: Map<PersonId, CallOrder> };
type Ranked = CallOrder & { act: { do: "rank"; person: PersonId; rank: "cohost" | "member" } };

/** Equal for the same orders in whatever order they are. */
const isLater = (a: CallOrder, b: CallOrder): boolean => (a.at !== b.at ? a.at > b.at : a.signature > b.signature);

/**
 * Judges by whom each order is. One about a call counts where it is by who may give it there, or in the call that stands: of calls
 * that were joined each keeps its own rules, and the strictest are those of all, until a host says otherwise for each of them.
 * @param signed orders that their devices signed, and beginnings that are in the room's log
 */
export function rulingOf(opening: Opening, signed: readonly CallOrder[], people: People): Ruling {
  const calls = startedOf(opening, signed);
  for (const call of calls.values()) giveRanks(call, signed, people);
  const rankIn = (call: Started, person: PersonId): Rank => rankOf(person, people.roleOf(person), inCall(call));
  const counts = (order: CallOrder, about: CallId): boolean => {
    const [first] = order.calls as [CallId];
    const call = calls.get(first);
    if (!call || (first !== about && first !== opening.id) || order.act.do === "begin") return false;
    return mayDo(rankIn(call, order.person), order.act.do) || isLapsed(order, call);
  };
  const kept = new Set<CallOrder>();
  const newest = (what: "lock" | "lobby" | "unseal", about: CallId): CallOrder | undefined => {
    let found: CallOrder | undefined;
    for (const order of signed)
      if (order.act.do === what && order.calls.includes(about) && (!found || isLater(order, found)))
        if (counts(order, about)) found = order;
    if (found) kept.add(found);
    return found;
  };
  let [locked, lobby, sealed] = [false, false, false];
  for (const [id, call] of calls) {
    if (isOn(newest("lock", id))) locked = true;
    const waits = newest("lobby", id);
    if (waits ? isOn(waits) : call.lobby) lobby = true;
    if (!newest("unseal", id) && call.sealed) sealed = true;
    if (call.opening.order && id !== opening.id) kept.add(call.opening.order);
  }
  // Of a call that was joined those ranks matter alone by which something stands.
  const signers = new Set([...kept].map(({ person }) => person));
  for (const [id, { ranks }] of calls)
    for (const [person, order] of ranks) if (id === opening.id || signers.has(person)) kept.add(order);
  const orders = [...kept].sort((a, b) => (isLater(a, b) ? 1 : -1));
  const last = orders.at(-1) ?? opening.order;
  const rules = {
    version: last?.at ?? opening.began,
    by: people.provinceOf(last?.person ?? opening.by) ?? "",
    ...{ locked, lobby, sealed, ended: false },
    ranks: inCall(calls.get(opening.id) as Started).rules.ranks,
  };
  return { rules, orders, founders: new Set([...calls.values()].map((call) => call.opening.by)) };
}

/** Whether a person may order this in the call, as its orders have it. */
export function mayOrder(order: CallOrder, { opening, rules }: { opening: Opening; rules: CallRules }, people: People) {
  const { do: what } = order.act;
  if (order.calls[0] !== opening.id || what === "begin") return false;
  return mayDo(rankOf(order.person, people.roleOf(order.person), { opening, rules }), what);
}

/** The call that stands, and those that were joined to it. */
function startedOf(opening: Opening, signed: readonly CallOrder[]): Map<CallId, Started> {
  const calls = new Map([[opening.id, started(opening)]]);
  const others = signed
    .map(openingOf)
    .filter((one): one is Opening => one !== undefined && Math.abs(one.began - opening.began) <= APART_MS)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const one of others) if (calls.size < MAX_ORDERED_CALLS && !calls.has(one.id)) calls.set(one.id, started(one));
  return calls;
}

/** Of a call whose beginning nobody signed the strictest is taken that needs nobody's word. */
const started = (opening: Opening): Started => {
  const act = opening.order?.act;
  const { lobby, sealed } = act?.do === "begin" ? act : { lobby: false, sealed: true };
  return { opening, lobby, sealed, ranks: new Map() };
};

const inCall = ({ opening, ranks }: Started) => {
  const cohosts: CallRules["ranks"] = {};
  for (const [person, { act }] of [...ranks].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (act.do === "rank" && act.rank === "cohost") cohosts[person] = "cohost";
  return { opening, rules: { ranks: cohosts } };
};

/** Ranks are given by hosts alone, of whom nobody's rank is changed: so none depends on another. */
function giveRanks(call: Started, signed: readonly CallOrder[], { roleOf }: People): void {
  const isHost = (person: PersonId) => rankOf(person, roleOf(person), { ...call, rules: { ranks: {} } }) === "host";
  const given = signed.filter(
    (order): order is Ranked => order.act.do === "rank" && order.calls[0] === call.opening.id && isHost(order.person),
  );
  for (const order of given.sort((a, b) => (isLater(a, b) ? 1 : -1))) {
    const { person } = order.act;
    if (!isHost(person) && (call.ranks.has(person) || call.ranks.size < MAX_RANKED)) call.ranks.set(person, order);
  }
}

/** What one who is cohost no longer ordered before that stands where it makes the call stricter. */
function isLapsed({ act, person, at }: CallOrder, { ranks }: Started): boolean {
  const rank = ranks.get(person);
  return (act.do === "lock" || act.do === "lobby") && act.on && rank !== undefined && rank.at > at;
}

const isOn = (order: CallOrder | undefined): boolean =>
  (order?.act.do === "lock" || order?.act.do === "lobby") && order.act.on;
