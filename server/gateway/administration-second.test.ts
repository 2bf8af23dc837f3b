import { describe, expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { MASS, type OrderAct } from "#protocol/order";
import { ask, order, orderOf, send } from "./administration-under-test.ts";
import { administrationForFile } from "./whole-file.ts";
import { yesTo } from "../testing/yes-to.ts";

const HOUR = 3600_000;
const { at, staff } = await administrationForFile();

describe("the second administrator (R93)", () => {
  const grantTo = (person: string): OrderAct => ({
    do: "grant",
    grant: { id: mintId(Date.now()), person, role: "nodal", scope: { unit: "dept" }, from: 0, to: null },
  });

  test("a role waits for another's word, and then holds", async () => {
    const { prov, prov2, nodal, auditor, custodian, nobody } = staff;
    const clerk = await at.person("Clerk", "dept");
    const given = await orderOf(prov, grantTo(clerk.id));
    expect(await send(prov, given)).toMatchObject({ state: "waiting", until: expect.any(Number) });
    expect(await send(prov, given)).toMatchObject({ state: "waiting" });
    expect(at.audit("order-waiting").at(-1)).toMatchObject({
      facts: { order: given.id, do: "grant", person: clerk.id },
    });
    expect(at.node.administration.rolesOf(clerk.id)).toEqual([]);
    const waiting = await ask(prov2, { ask: "orders", state: "waiting", limit: 10 });
    expect("orders" in waiting && waiting.orders.map((info) => info.order.id)).toContain(given.id);
    // Neither the same person, nor somebody without the right.
    const yes: OrderAct = yesTo(given);
    for (const client of [prov, nodal, auditor, custodian, nobody])
      expect(await order(client, yes)).toMatchObject({ code: "forbidden" });
    const word = await orderOf(prov2, yes);
    const done = await send(prov2, word);
    expect(done).toMatchObject({ state: "done" });
    expect(await send(prov2, word)).toEqual(done);
    expect(await send(prov, given)).toMatchObject({ state: "done" });
    expect(at.node.administration.rolesOf(clerk.id)).toMatchObject([{ role: "nodal" }]);
    expect(at.audit("order").at(-1)).toMatchObject({
      by: { person: prov2.person.id },
      facts: { do: "grant", order: given.id, given: prov.person.id, second: prov2.person.id },
    });
  });

  test("two who decide at once: one is told that it was decided", async () => {
    const { prov, prov2 } = staff;
    const third = await at.client("Third", "provincial");
    const clerk = await at.person("Clerk2", "dept");
    const given = await orderOf(prov, grantTo(clerk.id));
    await send(prov, given);
    const answers = await Promise.all([order(prov2, yesTo(given)), order(third, { do: "refuse", order: given.id })]);
    const [done, late] = answers.sort((a, b) => Number("code" in a) - Number("code" in b));
    expect(done).toMatchObject({ state: "done" });
    expect(late).toMatchObject({ code: "conflict" });
    const holds = at.node.administration.rolesOf(clerk.id).length === 1;
    expect((await send(prov, given)) as never).toMatchObject(holds ? { state: "done" } : { code: "conflict" });
  });

  test("an order is taken back by who gave it, or refused by another", async () => {
    const { prov, prov2, nobody } = staff;
    const clerk = await at.person("Clerk3", "dept");
    const own = await orderOf(prov, grantTo(clerk.id));
    await send(prov, own);
    expect(await order(nobody, { do: "refuse", order: own.id })).toMatchObject({ code: "forbidden" });
    expect(await order(prov, { do: "refuse", order: own.id })).toMatchObject({ state: "done" });
    expect(await order(prov2, yesTo(own))).toMatchObject({ code: "conflict" });
    expect(await send(prov, own)).toMatchObject({ code: "conflict" });
    expect(await order(prov2, { do: "approve", order: mintId(Date.now()) })).toMatchObject({ code: "forbidden" });
  });

  test("an order that waited for seven days is too old", async () => {
    const { prov, prov2 } = staff;
    const clerk = await at.person("Clerk4", "dept");
    const given = await orderOf(prov, grantTo(clerk.id));
    await send(prov, given);
    at.node.ahead = 7 * 24 * HOUR + 1000;
    try {
      const late = await orderOf(prov2, yesTo(given), { at: Date.now() + at.node.ahead });
      expect(await send(prov2, late)).toMatchObject({ code: "conflict" });
      const done = await ask(prov, { ask: "orders", state: "done", limit: 1 });
      expect("orders" in done && done.orders[0]).toMatchObject({
        order: { id: given.id },
        state: "expired",
        undo: null,
      });
    } finally {
      at.node.ahead = 0;
    }
  });

  test("many need two, in one order or in several within the hour", async () => {
    const people: string[] = [];
    for (let i = 0; i <= MASS; i++) people.push((await at.person(`Many ${i}`)).id);
    const alone = await at.client("Alone", "provincial");
    const remove = (ids: string[]) => order(alone, { do: "state", people: ids, state: "removed" });
    expect(await remove(people)).toMatchObject({ state: "waiting" });
    expect(await remove(people.slice(0, 6))).toMatchObject({ state: "done" });
    expect(await remove(people.slice(6, MASS))).toMatchObject({ state: "done" });
    const more = await at.person("One more");
    expect(await remove([more.id])).toMatchObject({ state: "waiting" });
    expect(at.node.store.person(more.id)?.state).toBeUndefined();
  });

  test("a token is told once, to whoever says the second word", async () => {
    const { prov, prov2, auditor } = staff;
    const given = await orderOf(prov, { do: "token", name: "HR", scope: { province: "is" }, validMs: HOUR });
    expect(await send(prov, given)).toMatchObject({ state: "waiting" });
    const done = await order(prov2, yesTo(given));
    const token = "token" in done ? (done.token as string) : "";
    expect(token).toMatch(/^beep_[\w-]{43}$/);
    expect(await send(prov, given)).not.toHaveProperty("token");
    const { tokens } = at.node.administration;
    expect(tokens.holder(token)).toMatchObject({ name: "HR", scope: { province: "is" } });
    expect(tokens.holder(`${token}x`)).toBeUndefined();
    const listed = await ask(prov, { ask: "tokens" });
    if (!("tokens" in listed)) throw new Error("no tokens");
    const [kept] = listed.tokens;
    expect(JSON.stringify(listed)).not.toContain(token);
    expect(await order(auditor, { do: "untoken", token: kept?.id as string })).toMatchObject({ code: "forbidden" });
    expect(await order(prov, { do: "untoken", token: kept?.id as string })).toMatchObject({ state: "done" });
    expect(tokens.holder(token)).toBeUndefined();
    expect(JSON.stringify(at.audit())).not.toContain(token);
  });

  test("a file of people is fetched once, by the two whose order it was, and holds no formulas", async () => {
    const { prov, auditor, auditor2 } = staff;
    await at.person('=HYPERLINK("x")');
    const given = await orderOf(auditor, { do: "export", what: "people" });
    expect(await send(auditor, given)).toMatchObject({ state: "waiting" });
    expect(await ask(auditor, { ask: "exported", order: given.id })).toMatchObject({ code: "forbidden" });
    expect(await order(prov, yesTo(given))).toMatchObject({ state: "done" });
    expect(await ask(auditor2, { ask: "exported", order: given.id })).toMatchObject({ code: "forbidden" });
    const file = await ask(auditor, { ask: "exported", order: given.id });
    if (!("csv" in file)) throw new Error(JSON.stringify(file));
    expect(file.csv.split("\r\n")[0]).toStartWith("id,number,name_en");
    expect(file.csv).toContain(`"'=HYPERLINK(""x"")"`);
    expect(await ask(auditor, { ask: "exported", order: given.id })).toMatchObject({ code: "conflict" });
    expect(at.audit("exported").at(-1)).toMatchObject({ facts: { what: "people", order: given.id } });
  });

  test("the audit log leaves by two auditors alone", async () => {
    const { prov, auditor, auditor2 } = staff;
    expect(await order(prov, { do: "export", what: "audit" })).toMatchObject({ code: "forbidden" });
    const given = await orderOf(auditor, { do: "export", what: "audit" });
    await send(auditor, given);
    expect(await order(prov, yesTo(given))).toMatchObject({ code: "forbidden" });
    expect(await order(auditor2, yesTo(given))).toMatchObject({ state: "done" });
    expect(await ask(auditor2, { ask: "exported", order: given.id })).toHaveProperty("csv");
  });
});
