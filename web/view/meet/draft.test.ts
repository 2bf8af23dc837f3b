import { expect, test } from "bun:test";
import { encodeClear } from "#protocol/clear";
import { MAX_BODY } from "#protocol/record";
import { draftOf, meetingOf, newDraft, type PlanDraft } from "./draft.ts";

const NOW = Date.UTC(2026, 10, 22, 18, 20);
const ID = "ab".repeat(16);
const draft: PlanDraft = { ...newDraft(NOW), title: " Review " };
const person = (n: number) => n.toString(16).padStart(32, "0");

test("a new plan begins at a full hour in Pakistan, and becomes a conference of an hour for all", () => {
  expect(draft).toMatchObject({ date: "2026-11-23", time: "00:00", minutes: 60, invitees: null });
  expect(meetingOf(draft, ID, NOW)).toEqual({
    id: ID,
    title: "Review",
    agenda: "",
    at: Date.UTC(2026, 10, 22, 19, 0),
    minutes: 60,
    lobby: false,
    invitees: [],
    cancelled: false,
  });
});

test("a plan that is changed keeps what is not", () => {
  const meeting = meetingOf({ ...draft, invitees: new Set([person(1)]), lobby: true, agenda: "One\nTwo" }, ID, NOW);
  if (typeof meeting === "string") throw new Error(meeting);
  expect(meetingOf(draftOf(meeting), ID, NOW)).toEqual(meeting);
});

test("what is lacking is said", () => {
  const lack = (change: Partial<PlanDraft>) => meetingOf({ ...draft, ...change }, ID, NOW);
  expect(lack({ title: "  " })).toBe("needTitle");
  expect(lack({ date: "" })).toBe("needDate");
  expect(lack({ date: "2026-11-22", time: "22:00" })).toBe("past");
  expect(lack({ invitees: new Set() })).toBe("needPeople");
  expect(lack({ agenda: "x".repeat(4001) })).toBe("tooLong");
});

test("the largest plan fits into an event", () => {
  const most = Array.from({ length: 301 }, (_, n) => person(n));
  expect(meetingOf({ ...draft, invitees: new Set(most) }, ID, NOW)).toBe("tooMany");
  const meeting = meetingOf(
    { ...draft, title: "ع".repeat(120), agenda: "ع\n".repeat(2000), invitees: new Set(most.slice(1)) },
    ID,
    NOW,
  );
  if (typeof meeting === "string") throw new Error(meeting);
  expect(encodeClear({ text: `${meeting.title}\n${meeting.agenda}`, meeting }).length).toBeLessThan(MAX_BODY);
});
