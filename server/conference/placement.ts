import type { CallId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { CallState, Place, Placement } from "./deciding.ts";
import type { Way } from "./probe-ways.ts";

/** Milliseconds, as all here: a way that nobody has measured, and the way of a seat to its own gateway. */
const UNKNOWN_RTT = 60;
const UNKNOWN_ACCESS = 30;
/** What a lossy way costs beside its length: what is lost must be sent again, or is missed. */
const LOSSY = 400;
/** A move costs everybody a second: another place must be better by both, and for so long. */
const BETTER_SHARE = 0.7;
const BETTER_BY = 40;
const BETTER_FOR = 20_000;
/** A call that was moved stays where it is for so long, unless it cannot. */
const STAYS = 30_000;
/**
 * A place whose node is not heard is given up after so long: media goes on while only nodes have lost each other. One who
 * is left alone loses nothing by waiting.
 */
const AWAY = 3_000;
const AWAY_ALONE = 10_000;
/** What was decided of a call that is not asked after for so long is forgotten. */
const FORGET = 60_000;

/** What a place is decided from, beside the call. */
export interface Known {
  /** milliseconds since 1970 */
  now: number;
  /** the province's gateway can take seats, or is about to */
  isUsable(province: Province): boolean;
  /** trunks may go between these two: the fleet's table says where both have their media */
  isJoined(a: Province, b: Province): boolean;
  between(a: Province, b: Province): Way;
  /** to and from a province's own seats; null where not known */
  accessOf(province: Province): number | null;
}

/** What was decided of one call before. */
interface Memory {
  movedAt: number;
  /** a better place, and since when it has been */
  better: { at: Province; since: number } | null;
  /** since when the place is not reached */
  awaySince: number | null;
  askedAt: number;
}

/** Decides where calls stand, with the patience that moving people's media asks for. */
export class Placer {
  private readonly memories = new Map<CallId, Memory>();

  constructor(private readonly known: () => Known) {}

  readonly place: Placement = (state) => {
    const known = this.known();
    for (const [call, { askedAt }] of this.memories) if (known.now - askedAt >= FORGET) this.memories.delete(call);
    const memory = this.memories.get(state.call) ?? { movedAt: 0, better: null, awaySince: null, askedAt: known.now };
    memory.askedAt = known.now;
    this.memories.set(state.call, memory);
    const place = decide(state, known, memory);
    if (state.place && JSON.stringify(place) !== JSON.stringify(state.place)) memory.movedAt = known.now;
    return place;
  };
}

/** Changes what `memory` says of other places alone. */
function decide(state: CallState, known: Known, memory: Memory): Place {
  const { kind, place } = state;
  const provinces = [...state.seats.keys()].sort();
  const rested = known.now - memory.movedAt >= STAYS;
  if (kind !== "direct" && place?.mode !== "one" && !isHindered(provinces, known)) return { mode: "cascade" };
  if (kind !== "direct" && place?.mode === "one" && rested && isClean(provinces, known)) return { mode: "cascade" };
  const best = bestOf(state, provinces, known);
  if (place?.mode !== "one") return { mode: "one", at: best ?? state.began };
  const isAway = !isReachable(place.at, provinces, known);
  memory.awaySince = isAway ? (memory.awaySince ?? known.now) : null;
  if (best === undefined || best === place.at) {
    memory.better = null;
    return place;
  }
  if (memory.awaySince !== null) {
    const isAlone = [...state.seats.values()].reduce((sum, count) => sum + count, 0) < 2;
    const isOver = !known.isUsable(place.at) || known.now - memory.awaySince >= (isAlone ? AWAY_ALONE : AWAY);
    return isOver ? { mode: "one", at: best } : place;
  }
  const here = worstPath(place.at, state, known);
  const there = worstPath(best, state, known);
  if (there > here * BETTER_SHARE || here - there < BETTER_BY) {
    memory.better = null;
    return place;
  }
  if (memory.better?.at !== best) memory.better = { at: best, since: known.now };
  return rested && known.now - memory.better.since >= BETTER_FOR ? { mode: "one", at: best } : place;
}

const pairs = (provinces: readonly Province[]): [Province, Province][] =>
  provinces.flatMap((a, i) => provinces.slice(i + 1).map((b): [Province, Province] => [a, b]));

/** What is not known is trusted at first. */
const isHindered = (provinces: readonly Province[], known: Known): boolean =>
  pairs(provinces).some(([a, b]) => !known.isJoined(a, b) || known.between(a, b).state === "lossy");

/** To go back more must be known. */
const isClean = (provinces: readonly Province[], known: Known): boolean =>
  provinces.length > 1 &&
  pairs(provinces).every(([a, b]) => known.isJoined(a, b) && known.between(a, b).state === "clean");

const isReachable = (at: Province, provinces: readonly Province[], known: Known): boolean =>
  known.isUsable(at) && provinces.every((province) => province === at || known.between(province, at).up);

/** Of equal ones: where it began, then where more sit, then by name, so that all who know the same decide the same. */
function bestOf(state: CallState, provinces: readonly Province[], known: Known): Province | undefined {
  const seats = (province: Province) => state.seats.get(province) ?? 0;
  const [first] = provinces
    .filter((at) => isReachable(at, provinces, known))
    .map((at) => ({ at, worst: Math.round(worstPath(at, state, known) / 10) }))
    .sort(
      (x, y) =>
        x.worst - y.worst ||
        Number(y.at === state.began) - Number(x.at === state.began) ||
        seats(y.at) - seats(x.at) ||
        (x.at < y.at ? -1 : 1),
    );
  return first?.at;
}

/** From one seat over the gateway to the other, where both are farthest from it: the two longest ways of all seats. */
function worstPath(at: Province, { seats }: CallState, known: Known): number {
  const legs: number[] = [];
  for (const [province, count] of seats) {
    const access = known.accessOf(province) ?? UNKNOWN_ACCESS;
    const { state, rtt } = known.between(province, at);
    const way = province === at ? 0 : (rtt ?? UNKNOWN_RTT) + (state === "lossy" ? LOSSY : 0);
    for (let i = 0; i < Math.min(count, 2); i++) legs.push(access + way);
  }
  const [longest = 0, next = 0] = legs.sort((a, b) => b - a);
  return longest + next;
}
