import type { Province } from "#protocol/ids";
import type { LegNews } from "./leg-news.ts";
import type { Opening, PlaceRule } from "./leg-state.ts";

/** No honest province is so many versions ahead; one that says so is taken to be this far, so that others can still follow it. */
const MAX_STEP = 1_000_000;

/** What is known of a call whose leg is heard; undefined fields where nothing is. `opening`: as it was found to be true. */
export interface Known {
  opening: Opening | undefined;
  place: PlaceRule | undefined;
  /** provinces of the room: a call stands on no other one's gateway */
  provinces: readonly Province[];
  /** the seat is in another leg */
  isTaken(seat: string): boolean;
}

/**
 * A leg as it is believed: how the call began is as it was found to be, no seat is another province's, and no version is
 * so large that nobody could decide after it.
 */
export function believed(news: LegNews, { opening, place, provinces, isTaken }: Known): LegNews {
  const stands = (rule: PlaceRule) => rule.place.mode !== "one" || provinces.includes(rule.place.at);
  return {
    ...news,
    opening: opening ?? news.opening,
    place: news.place && stands(news.place) ? within(news.place, place) : null,
    seats: news.seats.filter(({ seat }) => !isTaken(seat.id)),
  };
}

function within<T extends { version: number }>(said: T, known: T | undefined): T {
  const most = (known?.version ?? 0) + MAX_STEP;
  return said.version <= most ? said : { ...said, version: most };
}
