import type { CallHead, CallRules, Seat, SeatId } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import type { PersonId, Province } from "#protocol/ids";
import {
  type Declined,
  isInside,
  type LegSeat,
  type LegState,
  newer,
  type Opening,
  type PlaceRule,
  rankOf,
  standsBefore,
} from "./leg-state.ts";
import type { Ruling } from "./ruling.ts";

/** The union of legs: a call as one node sees it. */
export interface Call {
  opening: Opening;
  rules: CallRules;
  orders: readonly CallOrder[];
  founders: ReadonlySet<PersonId>;
  place: PlaceRule | null;
  /** in the order of provinces and of sitting down; `sends` is empty where the province is cut off */
  seats: ReadonlyMap<SeatId, LegSeat>;
  declined: ReadonlyMap<PersonId, Declined>;
  cut: readonly Province[];
}

export interface SeenLeg {
  province: Province;
  leg: LegState;
  /** not heard any more: its people go on by themselves */
  cut: boolean;
}

type RoleOf = (person: PersonId) => "owner" | "member" | undefined;

export const isAlive = (leg: LegState): boolean => [...leg.seats.values()].some(({ seat }) => isInside(seat));

/**
 * Equal at all who have the same legs, in whatever order those came. Undefined where nobody who is heard sits in a call.
 * Of two calls in one room one stands (`standsBefore`); the other one's legs take it over when they hear of it.
 */
export function merge(
  legs: readonly SeenLeg[],
  roleOf: RoleOf,
  ruling: (opening: Opening) => Ruling,
): Call | undefined {
  const inOrder = [...legs].sort((a, b) => (a.province < b.province ? -1 : 1));
  let first: LegState | undefined;
  for (const { leg, cut } of inOrder)
    if (!cut && isAlive(leg) && (!first || standsBefore(leg.opening, first.opening))) first = leg;
  if (!first) return undefined;
  const { opening } = first;
  const { rules, orders, founders } = ruling(opening);
  let { place } = first;
  const seats = new Map<SeatId, LegSeat>();
  const declined = new Map<PersonId, Declined>();
  const cutOff: Province[] = [];
  for (const { province, leg, cut } of inOrder) {
    if (leg.opening.id !== opening.id) continue;
    if (leg.place && newer(leg.place, place)) place = leg.place;
    for (const [person, why] of leg.declined) declined.set(person, why);
    if (cut && leg.seats.size > 0) cutOff.push(province);
    for (const [id, legSeat] of leg.seats)
      if (!seats.has(id) && legSeat.seat.province === province)
        seats.set(id, cut ? { at: null, mids: [], seat: { ...legSeat.seat, sends: [] } } : legSeat);
  }
  const ranked = new Map<SeatId, LegSeat>();
  for (const [id, legSeat] of seats) {
    const role = roleOf(legSeat.seat.person);
    const rank = rankOf(legSeat.seat.person, role, { opening, rules });
    if (role === undefined || isGhost(legSeat.seat, seats)) continue;
    ranked.set(id, rank === legSeat.seat.rank ? legSeat : { ...legSeat, seat: { ...legSeat.seat, rank } });
  }
  return { opening, rules, orders, founders, place, seats: ranked, declined, cut: cutOff };
}

/** Whoever came back through another node has a newer seat there before the old one is given up. */
const isGhost = (seat: Seat, seats: ReadonlyMap<SeatId, LegSeat>): boolean => {
  if (seat.state !== "away") return false;
  for (const { seat: other } of seats.values())
    if (other.person === seat.person && other.id !== seat.id && other.state === "in" && other.at >= seat.at)
      return true;
  return false;
};

export function headOf(call: Call, room: CallHead["room"], ringing: readonly PersonId[]): CallHead {
  const { opening, rules, place, cut, orders } = call;
  const { id, kind, media, by, began, order } = opening;
  let size = 0;
  for (const { seat } of call.seats.values()) if (isInside(seat) && !cut.includes(seat.province)) size++;
  return {
    ...{ id, kind, media, by, began, room, rules },
    ...(order && { orders: [order, ...orders] }),
    size,
    ringing: [...ringing],
    cut: [...cut],
    place: place?.place ?? { mode: "cascade" },
  };
}
