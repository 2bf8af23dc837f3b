import type { CallHead, CallId, CallKind, CallRules, Rank, Seat, SeatId, SeatKey, Track } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import type { PersonId, Province, RoomId } from "#protocol/ids";

/** How a call began; the same for all its life. */
export interface Opening {
  id: CallId;
  kind: CallKind;
  media: "audio" | "video";
  by: PersonId;
  /** milliseconds since 1970 */
  began: number;
  /** the order by which it began, from which all of the above follows; null where a node of before 0.4 tells of it */
  order: CallOrder | null;
}

/** A call as the order by which it began has it; undefined where the order says something else. */
export const openingOf = (order: CallOrder): Opening | undefined =>
  order.act.do === "begin"
    ? {
        id: order.calls[0] as CallId,
        kind: order.act.kind,
        media: order.act.media,
        by: order.person,
        began: order.at,
        order,
      }
    : undefined;

/** Calls further apart than this, in milliseconds, are not two beginnings of one meeting. */
export const APART_MS = 12 * 3600_000;

/**
 * Of two calls of a room the one that stands: the smaller id. One whose beginning nobody signed gives way to one that was signed,
 * and a long past one, which somebody may only bring up again, to that of today.
 */
export function standsBefore(a: Opening, b: Opening): boolean {
  if ((a.order === null) !== (b.order === null)) return a.order !== null;
  if (Math.abs(a.began - b.began) > APART_MS) return a.began > b.began;
  return a.id < b.id;
}

/** A seat with what nodes must know besides: on which gateway its media stands, and under which names. */
export interface LegSeat {
  seat: Seat;
  /** province of the gateway; null while it stands on none */
  at: Province | null;
  mids: { mid: string; track: Track }[];
}

/** The newest one stands (`newer`). */
export interface PlaceRule {
  version: number;
  by: Province;
  place: CallHead["place"];
}

export type Declined = "declined" | "busy";

/** One province's part of a call: it alone writes it. */
export interface LegState {
  readonly room: RoomId;
  readonly opening: Opening;
  /** what was ordered in it, and how the calls that were joined to it began */
  readonly orders: readonly CallOrder[];
  readonly place: PlaceRule | null;
  readonly seats: ReadonlyMap<SeatId, LegSeat>;
  readonly declined: ReadonlyMap<PersonId, Declined>;
}

interface Written {
  version: number;
  by: Province;
}

/** Last writer wins: the larger version, then the larger province. */
export const newer = (a: Written, b: Written | null): boolean =>
  b === null || a.version > b.version || (a.version === b.version && a.by > b.by);

/** Owners of the room and who began the call are its hosts; a host may change the rank of others. */
export function rankOf(
  person: PersonId,
  role: "owner" | "member" | undefined,
  { opening, rules }: { opening: Opening; rules: Pick<CallRules, "ranks"> },
): Rank {
  if (role === undefined) return "guest";
  if (role === "owner" || person === opening.by) return "host";
  return rules.ranks[person] ?? "member";
}

/** What a client or a province says of a key besides is neither kept nor passed on. */
export const plainKey = ({ spki, agree, proof }: SeatKey): SeatKey => ({ spki, agree, proof });

/** Waits at the door are not presence. */
export const isInside = ({ state }: Seat): boolean => state !== "lobby";
