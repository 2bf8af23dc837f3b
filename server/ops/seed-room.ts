import type { HistoryPolicy, RoomKind } from "#protocol/room";
import type { Who } from "./seed-people.ts";

/** When something was said: days ago at a time of day in Pakistan, or minutes ago. */
export type When = readonly [daysAgo: number, time: string] | number;
export type Said = readonly [when: When, who: Who, text: string];

export interface SeedRoom {
  key: string;
  kind: RoomKind;
  /** empty for a direct room */
  name: string;
  history: HistoryPolicy;
  /** the first one makes the room, so its home is their province (a direct room's follows from its two people) */
  members: readonly Who[];
  made: When;
  added?: readonly [when: When, by: Who, who: Who];
  said: readonly Said[];
  /** how many of the newest messages are not yet read by everyone else */
  fresh: number;
}
