import type { CallRules } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { LegNews } from "./leg-news.ts";
import type { LegState, Opening, PlaceRule } from "./leg-state.ts";

/** No honest province is so many rulings ahead; one that says so is taken to be this far, so that others can still follow it. */
const MAX_STEP = 1_000_000;

/** What is known of a call whose leg is heard; undefined fields where nothing is. */
export interface Known {
  opening: Opening | undefined;
  rules: CallRules | undefined;
  place: PlaceRule | undefined;
  /** provinces of the room: a call stands on no other one's gateway */
  provinces: readonly Province[];
  /** the seat is in another leg */
  isTaken(seat: string): boolean;
}

/**
 * A leg as it is believed: how the call began is as it was first heard, no seat is another province's, and no version is
 * so large that nobody could rule after it.
 */
export function believed(news: LegNews, { opening, rules, place, provinces, isTaken }: Known): LegNews {
  const stands = (rule: PlaceRule) => rule.place.mode !== "one" || provinces.includes(rule.place.at);
  return {
    ...news,
    opening: opening ?? news.opening,
    rules: within(news.rules, rules),
    place: news.place && stands(news.place) ? within(news.place, place) : null,
    seats: news.seats.filter(({ seat }) => !isTaken(seat.id)),
  };
}

function within<T extends { version: number }>(said: T, known: T | undefined): T {
  const most = (known?.version ?? 0) + MAX_STEP;
  return said.version <= most ? said : { ...said, version: most };
}

/** Whether another leg that is heard has this person inside with a living socket. */
export const sitsIn = (legs: Iterable<LegState>, person: string): boolean => {
  for (const { seats } of legs)
    for (const { seat } of seats.values()) if (seat.person === person && seat.state === "in") return true;
  return false;
};
