import { expect, test } from "bun:test";
import type { Entry } from "#protocol/directory";
import type { OrderAct, OrderAnswer } from "#protocol/order";
import type { KeptOrder } from "./ports.ts";
import { undoOf } from "./undo.ts";
import { grantOf, personOf, unitOf, WorldUnderTest } from "./world-under-test.ts";

const kept = (
  act: OrderAct,
  before: Entry[] = [],
  more: Partial<Extract<OrderAnswer, { state: "done" }>> = {},
): KeptOrder => ({
  order: { ...new WorldUnderTest().order("a", act), id: "o" },
  ...{ state: "done", at: 0, until: 0, second: null, people: 0 },
  answer: { state: "done", before, refused: [], ...more },
});
const put = (...entries: Extract<OrderAct, { do: "put" }>["entries"]): OrderAct => ({ do: "put", entries });
const [old, raised] = [personOf("a", "dept"), personOf("a", "dept", { grade: 9 })];
const title = { en: "", ur: "" };
const post = { id: "p", province: "pb", unit: "dept", title };
const charge = { id: "c", post: "p", person: "a", kind: "regular" as const, from: 0, to: null };

test("what was changed is put back, and what was new is put out of use (R98)", () => {
  expect(undoOf(kept(put({ person: raised }), [{ person: old }]))).toEqual({
    ...{ do: "put", entries: [{ person: old }], undoes: "o" },
  });
  expect(undoOf(kept(put({ unit: unitOf("u", null) }, { post }, { charge })))).toEqual({
    do: "put",
    entries: [
      { unit: { ...unitOf("u", null), closed: true } },
      { post: { ...post, closed: true } },
      { charge: { ...charge, cancelled: true } },
    ],
    undoes: "o",
  });
  expect(undoOf(kept(put({ person: old })))).toEqual({ do: "state", people: ["a"], state: "removed", undoes: "o" });
  // New people are removed, other things put: that would be two orders.
  expect(undoOf(kept(put({ person: old }, { charge })))).toBeNull();
});

test("a state goes back to what it was, where it was one", () => {
  const act: OrderAct = { do: "state", people: ["a", "b"], state: "removed" };
  const [a, b] = [{ person: old }, { person: personOf("b", "dept", { state: "retired" }) }];
  expect(undoOf(kept(act, [a]))).toEqual({ do: "state", people: ["a"], state: "active", undoes: "o" });
  expect(undoOf(kept(act, [a, b]))).toBeNull();
  expect(undoOf(kept(act, []))).toBeNull();
});

test("roles, devices and invitations", () => {
  const grant = grantOf("a", "nodal", { unit: "dept" });
  expect(undoOf(kept({ do: "grant", grant }))).toEqual({ do: "ungrant", grant: grant.id });
  expect(undoOf(kept({ do: "ungrant", grant: "g" }))).toBeNull();
  const device = { id: "d", person: "a", key: "", label: "", revoked: false };
  // Only what the order itself shut out is let back.
  expect(undoOf(kept({ do: "revoke", devices: ["d", "e"] }, [{ device }]))).toEqual({ do: "unrevoke", devices: ["d"] });
  const invitations = [
    { id: "i", person: "a", expires: 0, sent: "show" as const },
    { id: "", person: "b", expires: 0, sent: { failed: "no address" } },
  ];
  const invite: OrderAct = { do: "invite", people: ["a", "b"], validMs: 1, way: "show" };
  expect(undoOf(kept(invite, [], { invitations }))).toEqual({ do: "uninvite", invitations: ["i"] });
});

test("what waits, was refused or leaves no trace cannot be undone", () => {
  const act = put({ person: old });
  expect(undoOf({ ...kept(act), state: "waiting", answer: null })).toBeNull();
  expect(undoOf({ ...kept(act), state: "refused" })).toBeNull();
  for (const each of [
    { do: "export", what: "people" },
    { do: "untoken", token: "t" },
  ] as OrderAct[])
    expect(undoOf(kept(each))).toBeNull();
});
