import type { Meeting } from "#protocol/call";
import type { EventId, PersonId } from "#protocol/ids";
import { momentOf, type Wall, wallOf } from "./pakistan-time.ts";
import { endOf } from "./standing.ts";

/** Minutes that a conference may last, to choose from. */
export const LENGTHS = [30, 45, 60, 90, 120, 180] as const;
export const LONGEST_TITLE = 120;
/** An event holds 32 KiB: the agenda may stand in it twice, a letter of Urdu takes two bytes, an invitee takes 35. */
const LONGEST_AGENDA = 4000;
const MOST_INVITEES = 300;
const HOUR = 3_600_000;

/** A plan as the form holds it. */
export interface PlanDraft extends Wall {
  title: string;
  agenda: string;
  minutes: number;
  lobby: boolean;
  /** null: all members */
  invitees: ReadonlySet<PersonId> | null;
}

export type Lack = "needTitle" | "needDate" | "past" | "needPeople" | "tooMany" | "tooLong";

/** What the form begins with: the next full hour but one. */
export const newDraft = (now: number): PlanDraft => ({
  ...wallOf(Math.ceil((now + HOUR / 2) / HOUR) * HOUR),
  title: "",
  agenda: "",
  minutes: 60,
  lobby: false,
  invitees: null,
});

export const draftOf = (meeting: Meeting): PlanDraft => ({
  ...wallOf(meeting.at),
  title: meeting.title,
  agenda: meeting.agenda,
  minutes: meeting.minutes,
  lobby: meeting.lobby,
  invitees: meeting.invitees.length > 0 ? new Set(meeting.invitees) : null,
});

/** The plan, or what is lacking. @param id of a new plan, or of the one that is changed */
export function meetingOf(draft: PlanDraft, id: EventId, now: number): Meeting | Lack {
  const meeting: Meeting = {
    id,
    title: draft.title.trim(),
    agenda: draft.agenda.trim(),
    at: momentOf(draft),
    minutes: draft.minutes,
    lobby: draft.lobby,
    invitees: Array.from(draft.invitees ?? []),
    cancelled: false,
  };
  if (!meeting.title) return "needTitle";
  if (Number.isNaN(meeting.at)) return "needDate";
  if (endOf(meeting) <= now) return "past";
  if (draft.invitees && meeting.invitees.length === 0) return "needPeople";
  if (meeting.invitees.length > MOST_INVITEES) return "tooMany";
  return meeting.agenda.length > LONGEST_AGENDA ? "tooLong" : meeting;
}
