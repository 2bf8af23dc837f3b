import type { CallHead, CallId, CallKind, CallRules, Rank, Seat, SeatId, SeatKey, Track } from "#protocol/call";
import type { PersonId, Province, RoomId } from "#protocol/ids";

/** How a call began; the same for all its life. */
export interface Opening {
  id: CallId;
  kind: CallKind;
  media: "audio" | "video";
  by: PersonId;
  /** milliseconds since 1970, by the clock of the node on which it began */
  began: number;
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
  readonly rules: CallRules;
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

export const firstRules = (by: Province, lobby: boolean): CallRules => ({
  version: 1,
  by,
  locked: false,
  lobby,
  sealed: true,
  ranks: {},
  ended: false,
});

/** Owners of the room and who began the call are its hosts; a host may change the rank of others. */
export function rankOf(
  person: PersonId,
  role: "owner" | "member" | undefined,
  { opening, rules }: Pick<LegState, "opening" | "rules">,
): Rank {
  if (role === undefined) return "guest";
  if (role === "owner" || person === opening.by) return "host";
  return rules.ranks[person] ?? "member";
}

/** What a client or a province says of a key besides is neither kept nor passed on. */
export const plainKey = ({ spki, agree, proof }: SeatKey): SeatKey => ({ spki, agree, proof });

/** Waits at the door are not presence. */
export const isInside = ({ state }: Seat): boolean => state !== "lobby";
