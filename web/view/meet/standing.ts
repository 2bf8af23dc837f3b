import type { Meeting } from "#protocol/call";

const MINUTE = 60_000;
/** Minutes before the beginning from which one may join. */
export const EARLY = 15;
const LATE = 120;
const SOON = 60;

/** Where a planned conference stands in time. */
export type Standing =
  | { at: "cancelled" }
  | { at: "planned" }
  | { at: "soon"; minutes: number }
  | { at: "now" }
  | { at: "over" };

export const endOf = (meeting: Meeting): number => meeting.at + meeting.minutes * MINUTE;

export function standing(meeting: Meeting, now: number): Standing {
  if (meeting.cancelled) return { at: "cancelled" };
  if (now >= endOf(meeting)) return { at: "over" };
  if (now >= meeting.at) return { at: "now" };
  const minutes = Math.ceil((meeting.at - now) / MINUTE);
  return minutes <= SOON ? { at: "soon", minutes } : { at: "planned" };
}

/** From a quarter of an hour before, until two hours after the end: conferences begin early and run over. */
export const mayJoin = (meeting: Meeting, now: number): boolean =>
  !meeting.cancelled && now >= meeting.at - EARLY * MINUTE && now <= endOf(meeting) + LATE * MINUTE;
