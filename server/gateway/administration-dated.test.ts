import { expect, test } from "bun:test";
import { ask, order, orderOf, send } from "./administration-under-test.ts";
import { administrationForFile } from "./whole-file.ts";

const DAY = 24 * 3600_000;
const { at, staff } = await administrationForFile();

test("a retirement for a day ahead is listed, shown with the person, called off, or carried out (R100)", async () => {
  const { prov, prov2, nodal, nobody } = staff;
  const [one, two] = [await at.person("Retires", "dept"), await at.person("Stays", "dept")];
  const from = Date.now() + DAY;
  const given = await orderOf(prov, { do: "state", people: [one.id, two.id], state: "retired", from });
  expect(await send(prov, given)).toEqual({ state: "dated", from });
  expect(await send(prov, given)).toEqual({ state: "dated", from });
  const other = await orderOf(prov2, { do: "state", people: [two.id], state: "removed", from });
  await send(prov2, other);

  const listed = await ask(prov2, { ask: "orders", state: "dated", limit: 10 });
  expect("orders" in listed && listed.orders.map((info) => [info.order.id, info.state, info.undo])).toEqual([
    [other.id, "dated", null],
    [given.id, "dated", null],
  ]);
  expect(await ask(nobody, { ask: "orders", state: "dated", limit: 10 })).toMatchObject({ code: "forbidden" });
  expect(await ask(prov, { ask: "person", person: two.id })).toMatchObject({
    dated: [{ order: { id: given.id } }, { order: { id: other.id } }],
  });
  // A nodal officer sees own orders alone.
  expect(await ask(nodal, { ask: "person", person: one.id })).not.toHaveProperty("dated");

  expect(await order(nodal, { do: "refuse", order: other.id })).toMatchObject({ code: "forbidden" });
  expect(await order(prov, { do: "refuse", order: other.id })).toMatchObject({ state: "done" });
  at.node.ahead = DAY;
  try {
    at.node.administration.dated.look();
    await at.node.administration.dated.settled();
  } finally {
    at.node.ahead = 0;
  }
  expect([one, two].map(({ id }) => at.node.store.person(id)?.state)).toEqual(["retired", "retired"]);
  expect(await send(prov, given)).toMatchObject({ state: "done", before: [{}, {}] });
  expect(at.audit("order").at(-1)).toMatchObject({ facts: { order: given.id, from } });
});

test("a day is a whole number and at most two years ahead; no other order has one", async () => {
  const { prov } = staff;
  const { id } = await at.person("Somebody", "dept");
  const state = { do: "state", people: [id], state: "retired" };
  for (const act of [
    { ...state, from: Date.now() + 800 * DAY },
    { ...state, from: -1 },
    { ...state, from: 1.5 },
    { ...state, from: "2027-01-01" },
    { ...state, from: null },
    { do: "revoke", devices: [id], from: Date.now() + DAY },
  ])
    expect(await order(prov, act as never)).toMatchObject({ code: "fix" });
});
