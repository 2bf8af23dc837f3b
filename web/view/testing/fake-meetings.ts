import type { Meeting } from "#protocol/call";
import type { TimelineItem } from "../../model/contract.ts";
import { idOf } from "./people.ts";
import { item } from "./talk.ts";

const MINUTE = 60_000;
const now = Date.now();

function plan(
  room: number,
  by: number,
  id: number,
  more: Partial<Meeting> & Pick<Meeting, "title" | "at">,
): TimelineItem {
  const meeting = {
    id: idOf(id, 8),
    agenda: "",
    minutes: 60,
    lobby: false,
    invitees: [],
    cancelled: false,
    ...more,
  };
  return { ...item(idOf(room, 2), by, now - (10 - id) * MINUTE, ""), content: { kind: "meeting", meeting } };
}

/** Conferences that are to come, soon, in progress, concluded and cancelled. */
export const meetings = (): Record<number, TimelineItem[]> => ({
  1: [
    plan(1, 10, 1, {
      title: "Daily situation review",
      at: now - 26 * 60 * MINUTE,
      agenda: "Gauge readings",
    }),
    plan(1, 10, 2, { title: "Handover of the relief camps", at: now + 50 * 60 * MINUTE, cancelled: true }),
    plan(1, 10, 3, {
      title: "سیلاب امداد: بین الصوبائی رابطہ",
      at: now - 12 * MINUTE,
      minutes: 90,
      lobby: true,
      agenda: "1. سکھر بیراج کی صورتحال\n2. راشن کی تقسیم\n3. طبی ٹیمیں",
      invitees: [0, 4, 5, 11].map((who) => idOf(who)),
    }),
    plan(1, 0, 4, {
      title: "Release of schools used as camps",
      at: now + 5 * MINUTE - 1000,
      agenda:
        "1. List of schools in Sukkur and Rohri, with the number of families in each\n2. Where the families go, and by when\n3. Repairs before classes begin, and who pays for them\n4. Announcement to the district administrations and to the press",
      invitees: [2, 4, 6, 11, 13].map((who) => idOf(who)),
    }),
    plan(1, 0, 5, { title: "Weekly review of flood relief", at: now + 23 * 60 * MINUTE, lobby: true }),
  ],
});

/** A room's items when a plan has come in: at its end, or in the place of the plan that it changes. */
export function withPlan(items: TimelineItem[], room: string, meeting: Meeting): TimelineItem[] {
  const content = { kind: "meeting" as const, meeting };
  const isIt = (each: TimelineItem) => each.content.kind === "meeting" && each.content.meeting.id === meeting.id;
  if (!items.some(isIt)) return [...items, { ...item(room, 0, Date.now(), ""), content }];
  return items.map((each) => (isIt(each) ? { ...each, content } : each));
}
