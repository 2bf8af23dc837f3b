import { expect, test } from "bun:test";
import type { Entry, Person } from "#protocol/directory";
import type { OrderAct } from "#protocol/order";
import type { Given } from "./desk.ts";
import { inverseOf } from "./undo.ts";

const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  province: "is",
  name: { en: id, ur: id },
  post: { en: "", ur: "" },
  unit: { en: "", ur: "" },
  ...more,
});
const given = (act: OrderAct, before: Entry[] = [], more = {}): Given => ({
  id: "o1",
  act,
  answer: { state: "done", before, refused: [], ...more },
});

test("what was changed is put back as it was, and who is new is removed", () => {
  const was = person("a", { number: "1" });
  const act: OrderAct = { do: "put", entries: [{ person: person("a") }, { person: person("b") }] };
  expect(inverseOf(given(act, [{ person: was }]))).toEqual([
    { do: "put", entries: [{ person: was }], undoes: "o1" },
    { do: "state", people: ["b"], state: "removed", undoes: "o1" },
  ]);
});

test("a transfer gives the former holder the post again and cancels the successor's charge", () => {
  const old = { id: "c1", post: "p", person: "a", kind: "regular" as const, from: 1, to: null };
  const next = { id: "c2", post: "p", person: "b", kind: "regular" as const, from: 9, to: null };
  const act: OrderAct = { do: "put", entries: [{ charge: { ...old, to: 9 } }, { charge: next }] };
  expect(inverseOf(given(act, [{ charge: old }]))).toEqual([
    { do: "put", entries: [{ charge: { ...next, cancelled: true } }, { charge: old }], undoes: "o1" },
  ]);
});

test("people of different states go back each to their own", () => {
  const act: OrderAct = { do: "state", people: ["a", "b"], state: "removed" };
  const before = [{ person: person("a") }, { person: person("b", { state: "retired" }) }];
  expect(inverseOf(given(act, before))).toEqual([
    { do: "state", people: ["a"], state: "active", undoes: "o1" },
    { do: "state", people: ["b"], state: "retired", undoes: "o1" },
  ]);
});

test("invitations are cancelled, and what waits or was taken out is not undone", () => {
  const invite: OrderAct = { do: "invite", people: ["a"], validMs: 1, way: "show" };
  const invitations = [{ id: "i1", person: "a", expires: 1, sent: "show" }];
  expect(inverseOf(given(invite, [], { invitations }))).toEqual([{ do: "uninvite", invitations: ["i1"] }]);
  expect(inverseOf(given({ do: "export", what: "people" }))).toEqual([]);
  expect(inverseOf({ id: "o1", act: invite, answer: { state: "waiting", until: 1 } })).toEqual([]);
});
