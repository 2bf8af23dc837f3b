import { expect, test } from "bun:test";
import { Attendance } from "./attendance.ts";
import { id, legOf, opening, rule, sit } from "./legs-under-test.ts";
import { RING_MS, ringing } from "./ringing.ts";

const members = [id("ayesha"), id("bilal"), id("dania")];
const occasion = {
  opening: opening(id("call")),
  room: "group" as const,
  members,
  settled: () => false,
  known: 1_000,
  now: 2_000,
};

test("all members but who began it are rung, for 45 seconds", () => {
  expect(ringing(occasion)).toEqual([id("bilal"), id("dania")]);
  expect(ringing({ ...occasion, now: 1_000 + RING_MS - 1 })).toHaveLength(2);
  expect(ringing({ ...occasion, now: 1_000 + RING_MS })).toEqual([]);
});

test("who sits, sat or declined is not rung", () => {
  expect(ringing({ ...occasion, settled: (person) => person === id("bilal") })).toEqual([id("dania")]);
});

test("a conference, a channel, and a call that is heard of too late ring nobody", () => {
  expect(ringing({ ...occasion, opening: { ...occasion.opening, kind: "conference" } })).toEqual([]);
  expect(ringing({ ...occasion, room: "channel" })).toEqual([]);
  expect(ringing({ ...occasion, known: 600_000, now: 601_000 })).toEqual([]);
});

test("clocks that differ by a minute do not keep a call from ringing", () => {
  expect(ringing({ ...occasion, opening: { ...occasion.opening, began: 62_000 } })).toHaveLength(2);
});

test("attendance: each person's first presence to the last, the lobby apart", () => {
  const leg = legOf("pb");
  const attendance = new Attendance(1_000);
  const bilal = sit(leg, 1, id("bilal"), { now: 1_200 });
  rule(leg, { do: "lobby", on: true });
  sit(leg, 2, id("dania"), { now: 1_300 });
  const observe = (now: number) =>
    attendance.observe(
      [...leg.seats.values()].map(({ seat }) => seat),
      now,
    );
  observe(1_500);
  leg.leave(bilal.id);
  observe(2_000);
  observe(3_000);
  sit(leg, 3, id("bilal"), { now: 4_000, returns: true });
  observe(4_000);
  const note = attendance.note(opening(id("call")), [id("chand"), id("bilal")], 5_000);
  expect(note).toEqual({
    of: id("call"),
    began: 1_000,
    ended: 5_000,
    people: [{ person: id("bilal"), from: 1_200, to: 5_000 }],
    declined: [id("chand")],
  });
  expect(attendance.has(id("dania"))).toBe(false);
});

test("a clock ahead puts nobody's coming behind now", () => {
  const leg = legOf("sd");
  const attendance = new Attendance(1_000);
  sit(leg, 1, id("bilal"), { now: 99_000 });
  attendance.observe(
    [...leg.seats.values()].map(({ seat }) => seat),
    2_000,
  );
  expect(attendance.note(opening(id("call")), [], 3_000).people[0]).toMatchObject({ from: 2_000, to: 3_000 });
});
