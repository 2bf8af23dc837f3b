import { expect, test } from "bun:test";
import type { CallHead, CallNote } from "#protocol/call";
import { outcome } from "./outcome.ts";

const note = (people: string[], declined: string[] = []): CallNote => ({
  of: "c1",
  began: 1000,
  ended: 61_000,
  people: people.map((person) => ({ person, from: 1000, to: 61_000 })),
  declined,
});
const entry = (mine: boolean, of: CallNote | null, kind: "call" | "conference" = "call") => ({
  id: "c1",
  at: 1000,
  mine,
  direct: true,
  call: { kind, media: "audio" as const },
  note: of,
});
const how = (mine: boolean, of: CallNote | null, kind?: "conference", now = 100_000) =>
  outcome(entry(mine, of, kind), undefined, "me", now).is;

test("a call that is on is on, whatever else is known", () => {
  const head = { id: "c1", size: 3 } as CallHead;
  expect(outcome(entry(false, note(["x"])), head, "me", 0)).toEqual({ is: "on", size: 3 });
  expect(outcome(entry(false, null), { ...head, id: "c2" }, "me", 0)).toEqual({ is: "over" });
});

test("missed is what another began and one neither joined nor declined", () => {
  expect(how(false, note(["x"]))).toBe("missed");
  expect(how(false, note(["x", "y"]))).toBe("missed");
  expect(how(false, note(["x"], ["me"]))).toBe("declined");
  expect(how(false, note(["x", "me"]))).toBe("ended");
});

test("of one's own: nobody came, or they declined", () => {
  expect(how(true, note(["me"]))).toBe("unanswered");
  expect(how(true, note(["me"], ["x"]))).toBe("declined");
  expect(outcome({ ...entry(true, note(["me"], ["x"])), direct: false }, undefined, "me", 0).is).toBe("unanswered");
  expect(outcome(entry(true, note(["me", "x"])), undefined, "me", 0)).toEqual({ is: "ended", lasted: 60_000 });
});

test("a conference is never missed", () => {
  expect(how(false, note(["x"]), "conference")).toBe("ended");
});

test("without a note: only a fresh one of one's own is still calling", () => {
  expect(how(true, null, undefined, 5000)).toBe("calling");
  expect(how(true, null)).toBe("over");
  expect(how(false, null, undefined, 5000)).toBe("over");
});
