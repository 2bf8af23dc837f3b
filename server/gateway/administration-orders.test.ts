import { describe, expect, test } from "bun:test";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import { ask, order, orderOf, send } from "./administration-under-test.ts";
import { administrationForFile } from "./whole-file.ts";
import { ClientUnderTest, newKey } from "./client-under-test.ts";
import { yesTo } from "../testing/yes-to.ts";

const HOUR = 3600_000;
const { at, staff } = await administrationForFile();

describe("orders (R90)", () => {
  test("a person is entered, changed and put back", async () => {
    const { prov, nodal } = staff;
    const id = mintId(Date.now());
    const person = { id, province: "is", name: { en: "New", ur: "نیا" }, post: w(), unit: w(), unitId: "district" };
    expect(await order(nodal, { do: "put", entries: [{ person }] })).toEqual({
      state: "done",
      before: [],
      refused: [],
    });
    const raised = await orderOf(nodal, { do: "put", entries: [{ person: { ...person, grade: 17 } }] });
    const done = await send(nodal, raised);
    expect(done).toMatchObject({ state: "done", before: [{ person: { id } }] });
    expect(at.node.store.person(id)?.grade).toBe(17);
    const orders = await ask(prov, { ask: "orders", state: "done", limit: 2 });
    if (!("orders" in orders)) throw new Error("no orders");
    const [second, first] = orders.orders;
    expect(second).toMatchObject({ order: { id: raised.id }, state: "done", undo: { do: "put", undoes: raised.id } });
    expect(first?.undo).toMatchObject({ do: "state", people: [id], state: "removed" });
    await order(nodal, second?.undo as OrderAct);
    expect(at.node.store.person(id)?.grade).toBeUndefined();
    expect(await order(prov, first?.undo as OrderAct)).toMatchObject({ state: "done" });
    expect(at.node.store.person(id)?.state).toBe("removed");
  });

  test("by somebody without the right it is refused, changes nothing, and is written down", async () => {
    const { nodal, auditor, custodian, nobody } = staff;
    const act: OrderAct = { do: "state", people: [nobody.person.id], state: "removed" };
    for (const client of [nodal, auditor, custodian, nobody]) {
      expect(await order(client, act)).toMatchObject({ code: "forbidden" });
      const last = at.audit("order-refused").at(-1);
      expect(last).toMatchObject({ by: { person: client.person.id }, facts: { do: "state" } });
    }
    expect(at.node.store.person(nobody.person.id)?.state).toBeUndefined();
  });

  test("the same order again answers the same and does nothing twice", async () => {
    const { prov, nodal } = staff;
    const comer = await at.person("Comer", "district");
    const given = await orderOf(prov, { do: "invite", people: [comer.id], validMs: HOUR, way: "show" });
    const first = await send(prov, given);
    if (!("state" in first) || first.state !== "done") throw new Error(JSON.stringify(first));
    expect(first.invitations?.[0]?.code).toMatch(/^[0-9A-Z-]+$/);
    const again = await send(prov, given);
    // The code is told once.
    const { code: _, url: __, ...bare } = (first.invitations ?? [])[0] as NonNullable<typeof first.invitations>[number];
    expect(again).toEqual({ ...first, invitations: [bare] });
    const listed = await ask(prov, { ask: "invitations", state: "open", limit: 10 });
    expect("invitations" in listed && listed.invitations.map(({ id }) => id)).toEqual([bare.id]);
    const cancel: OrderAct = { do: "uninvite", invitations: [bare.id] };
    expect(await order(nodal, cancel)).toMatchObject({ state: "done" });
    expect(await ask(prov, { ask: "invitations", state: "open", limit: 10 })).toMatchObject({ invitations: [] });
  });

  test("an id is good for one order", async () => {
    const { prov, prov2, nobody } = staff;
    const given = await orderOf(prov, { do: "invite", people: [nobody.person.id], validMs: HOUR, way: "show" });
    expect(await send(prov, given)).toMatchObject({ state: "waiting" });
    const other = await orderOf(prov, { do: "state", people: [nobody.person.id], state: "removed" }, { id: given.id });
    expect(await send(prov, other)).toMatchObject({ code: "fix" });
    expect(await send(prov2, await orderOf(prov2, given.act, { id: given.id }))).toMatchObject({ code: "fix" });
    expect(at.node.store.person(nobody.person.id)?.state).toBeUndefined();
  });

  test("a forged or a foreign hand, and a clock that is off", async () => {
    const { prov, nobody } = staff;
    const act: OrderAct = { do: "state", people: [nobody.person.id], state: "removed" };
    const signed = await orderOf(prov, act);
    const forged = { ...signed, signature: `${signed.signature.slice(0, -4)}AA==` };
    expect(await send(prov, forged)).toMatchObject({ code: "sign-in" });
    expect(await send(prov, { ...signed, act: { ...act, state: "retired" } })).toMatchObject({ code: "sign-in" });
    expect(at.audit("order-refused").at(-1)).toMatchObject({
      by: { person: prov.person.id },
      facts: { do: "state", why: "The order's signature does not match its device." },
    });
    // Somebody else's order, sound as it is, over one's own socket.
    expect(await send(nobody, signed)).toMatchObject({ code: "fix" });
    for (const off of [11 * 60_000, -11 * 60_000])
      expect(await send(prov, await orderOf(prov, act, { at: Date.now() + off }))).toMatchObject({ code: "fix" });
    expect(at.node.store.person(nobody.person.id)?.state).toBeUndefined();
  });

  test("somebody of another province administers there, though signed in here", async () => {
    const person = { ...staff.nobody.person, id: mintId(Date.now()), province: "pb" };
    const [device, { key, pair }] = [mintId(Date.now()), await newKey()];
    const grant = { id: "visitor", person: person.id, role: "provincial" as const, scope: { province: "is" } };
    await at.node.store.write(DIRECTORY_ROOM, (tx) => {
      tx.putPerson(person);
      tx.putDevice({ id: device, person: person.id, key, label: "travels", revoked: false });
      tx.tables.offices.putGrant({ ...grant, from: 0, to: null });
    });
    const visitor = new ClientUnderTest(at.node, person, device, pair);
    expect(await visitor.connect()).not.toHaveProperty("roles");
    expect(await ask(visitor, { ask: "overview" })).toMatchObject({ code: "elsewhere" });
    const act: OrderAct = { do: "state", people: [staff.nobody.person.id], state: "removed" };
    expect(await order(visitor, act)).toMatchObject({ code: "elsewhere" });
  });

  test("malformed orders", async () => {
    const { prov, nobody } = staff;
    const signed = await orderOf(prov, { do: "export", what: "people" });
    for (const bad of [
      { ...signed, more: 1 },
      { ...signed, act: { do: "export", what: "everything" } },
      { ...signed, act: { do: "destroy" } },
      { ...signed, act: { do: "state", people: [nobody.person.id, nobody.person.id], state: "removed" } },
      { ...signed, act: { do: "invite", people: [nobody.person.id], validMs: 31 * 24 * HOUR, way: "show" } },
      { ...signed, act: { do: "put", entries: [] } },
      { ...signed, act: { do: "put", entries: [{ device: at.node.store.device(prov.device) }] } },
      { ...signed, at: "now" },
    ])
      expect(await send(prov, bad)).toMatchObject({ code: "fix" });
  });

  test("devices are shut out at once, and come back by two", async () => {
    const { prov, prov2, nodal } = staff;
    const lost = await at.client("Lost", undefined, undefined, "district");
    expect(await order(nodal, { do: "revoke", devices: [lost.device] })).toMatchObject({ state: "done" });
    expect((await lost.closed).code).toBe(4401);
    expect(at.node.store.device(lost.device)).toMatchObject({ revoked: true, turn: 1 });
    expect(await order(nodal, { do: "unrevoke", devices: [lost.device] })).toMatchObject({ code: "forbidden" });
    const back = await orderOf(prov, { do: "unrevoke", devices: [lost.device] });
    expect(await send(prov, back)).toMatchObject({ state: "waiting" });
    expect(at.node.store.device(lost.device)?.revoked).toBe(true);
    expect(await order(prov2, yesTo(back))).toMatchObject({ state: "done" });
    expect(at.node.store.device(lost.device)).toMatchObject({ revoked: false, turn: 2 });
  });

  test("who is removed has no session any more", async () => {
    const { prov } = staff;
    const gone = await at.client("Gone");
    expect(await order(prov, { do: "state", people: [gone.person.id], state: "retired" })).toMatchObject({
      state: "done",
    });
    expect((await gone.closed).code).toBe(4401);
  });

  test("a hundred orders at once are told to wait, and nobody else is touched", async () => {
    const { prov } = staff;
    const flood = await at.client("Flood", "nodal", { unit: "dept2" });
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(flood, { ask: "units" })));
    expect(answers.filter((answer) => "code" in answer && answer.code === "wait").length).toBeGreaterThan(10);
    expect(await ask(prov, { ask: "units" })).toHaveProperty("units");
  });
});

const w = () => ({ en: "", ur: "" });
