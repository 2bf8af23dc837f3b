import { expect, test } from "bun:test";
import type { Meeting } from "#protocol/call";
import { mayJoin, standing } from "./standing.ts";

const AT = Date.UTC(2026, 10, 23, 5, 0);
const MINUTE = 60_000;
const meeting: Meeting = {
  id: "00".repeat(16),
  title: "Review",
  agenda: "",
  at: AT,
  minutes: 60,
  lobby: false,
  invitees: [],
  cancelled: false,
};

test("a conference is planned, soon, in progress and concluded", () => {
  expect(standing(meeting, AT - 61 * MINUTE)).toEqual({ at: "planned" });
  expect(standing(meeting, AT - 60 * MINUTE)).toEqual({ at: "soon", minutes: 60 });
  expect(standing(meeting, AT - 1)).toEqual({ at: "soon", minutes: 1 });
  expect(standing(meeting, AT)).toEqual({ at: "now" });
  expect(standing(meeting, AT + 60 * MINUTE)).toEqual({ at: "over" });
  expect(standing({ ...meeting, cancelled: true }, AT)).toEqual({ at: "cancelled" });
});

test("one may join from 15 minutes before until two hours after the end, and never when it is cancelled", () => {
  expect(mayJoin(meeting, AT - 15 * MINUTE - 1)).toBe(false);
  expect(mayJoin(meeting, AT - 15 * MINUTE)).toBe(true);
  expect(mayJoin(meeting, AT + 180 * MINUTE)).toBe(true);
  expect(mayJoin(meeting, AT + 180 * MINUTE + 1)).toBe(false);
  expect(mayJoin({ ...meeting, cancelled: true }, AT)).toBe(false);
});
