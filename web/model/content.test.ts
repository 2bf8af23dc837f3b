import { expect, test } from "bun:test";
import { type ClearBody, encodeClear } from "#protocol/clear";
import { KIND, SCHEME } from "#protocol/record";
import { contentOf, fold, type Said } from "./content.ts";

const id = (n: number): string => String(n).padStart(32, "0");
const content = (kind: number, body: ClearBody | object) =>
  contentOf({ kind, scheme: SCHEME.clear, body: encodeClear(body as ClearBody) });
const said = (n: number, sender: string, kind: number, body: ClearBody): Said =>
  ({ id: id(n), sender, content: content(kind, body) }) as Said;

const NOTE = { of: id(1), began: 1, ended: 2, people: [{ person: id(7), from: 1, to: 2 }], declined: [] };
const PLAN = {
  id: id(50),
  title: "Flood",
  agenda: "",
  at: 5,
  minutes: 30,
  lobby: true,
  invitees: [],
  cancelled: false,
};
const CALL = { kind: "call", media: "audio" } as const;

test("bodies that are malformed are text, or nothing that could break a page", () => {
  expect(content(KIND.message, { text: "a", call: CALL })).toEqual({ kind: "call", call: CALL, note: null });
  expect(content(KIND.message, { text: "a", call: {} })).toEqual({ kind: "text", text: "a" });
  expect(content(KIND.message, { text: "a", meeting: { ...PLAN, title: 5 } })).toEqual({ kind: "text", text: "a" });
  expect(content(KIND.message, { text: "a", meeting: { ...PLAN, invitees: "all" } })).toEqual({
    kind: "text",
    text: "a",
  });
  expect(content(KIND.note, { text: "a", note: { ...NOTE, people: [null] } })).toEqual({ kind: "unknown" });
  expect(content(KIND.note, { text: "a", note: { ...NOTE, declined: 5 } })).toEqual({ kind: "unknown" });
  expect(content(KIND.note, { text: "a", note: NOTE })).toEqual({ kind: "note", note: NOTE });
  // A note says nothing by itself, whatever else its body holds.
  expect(content(KIND.note, { text: "a", call: CALL })).toEqual({ kind: "unknown" });
});

test("times that no calendar has, and ids that are none, are not shown: they would break every reader's page", () => {
  const text = { kind: "text", text: "a" } as const;
  const meeting = (change: object) => content(KIND.message, { text: "a", meeting: { ...PLAN, ...change } });
  expect(meeting({})).toMatchObject({ kind: "meeting" });
  for (const at of [1e300, -1, 8.64e15]) expect(meeting({ at })).toEqual(text);
  for (const minutes of [1e300, 0, -5]) expect(meeting({ minutes })).toEqual(text);
  expect(meeting({ id: "x\r\nATTENDEE:mailto:a@b" })).toEqual(text);
  const note = (change: object) => content(KIND.note, { text: "a", note: { ...NOTE, ...change } });
  const [who] = NOTE.people;
  for (const change of [{ ended: 1e300 }, { people: [{ ...who, to: 1e300 }] }, { people: [{ ...who, from: "1" }] }])
    expect(note(change)).toEqual({ kind: "unknown" });
  expect(note({ people: [{ ...who, name: {} }] })).toEqual({ kind: "unknown" });
});

test("a call has its note, and a note no place of its own", () => {
  const call = said(1, "a", KIND.message, { text: "Call", call: CALL });
  const note = said(2, "b", KIND.note, { text: "Call, 1 min", note: NOTE });
  const other = said(3, "b", KIND.note, { text: "Call, 1 min", note: { ...NOTE, of: id(99) } });
  const shown = fold([call, note, other]);
  expect(shown.map((item) => item.id)).toEqual([id(1)]);
  expect(shown[0]?.content).toEqual({ kind: "call", call: CALL, note: NOTE, notes: [NOTE] });
  expect(fold([call])[0]).toBe(call as never);
  // Each province writes one of its own.
  const another = said(4, "c", KIND.note, { text: "Call, 1 min", note: { ...NOTE, ended: NOTE.ended + 1 } });
  expect(fold([call, note, another])[0]?.content).toMatchObject({
    note: NOTE,
    notes: [NOTE, { ended: NOTE.ended + 1 }],
  });
});

test("a conference stands once, where it was planned first, as its planner left it", () => {
  const first = said(1, "a", KIND.message, { text: "Flood", meeting: PLAN });
  const text = said(2, "b", KIND.message, { text: "ok" });
  const later = said(3, "a", KIND.message, { text: "Flood", meeting: { ...PLAN, at: 9 } });
  const foreign = said(4, "b", KIND.message, { text: "Flood", meeting: { ...PLAN, cancelled: true } });
  const shown = fold([first, text, later, foreign]);
  expect(shown.map((item) => item.id)).toEqual([id(1), id(2)]);
  expect(shown[0]?.content).toMatchObject({ kind: "meeting", meeting: { at: 9, cancelled: false } });
});

test("a post that passed on is told with who came and who went, and only where all of it can be told", () => {
  const [came, went] = [id(1), id(2)];
  const control = (said: object) =>
    contentOf({ kind: KIND.control, scheme: SCHEME.control, body: new TextEncoder().encode(JSON.stringify(said)) });
  const change = { op: "succeed", post: "dcq" };
  const body = { change, members: [{ person: came }], removed: [went] };
  expect(control(body)).toEqual({ kind: "change", change, came: [came], went: [went] } as never);
  for (const wrong of [
    { ...body, change: { op: "succeed", post: 7 } },
    { ...body, members: undefined },
    { ...body, members: [{ person: "nobody" }] },
    { ...body, removed: "x" },
    { change: { op: "add", members: [], posts: [{}] } },
  ])
    expect(control(wrong)).toEqual({ kind: "unknown" });
});
