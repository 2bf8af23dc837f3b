import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { AdminAsk } from "#protocol/admin";
import { mintId } from "#protocol/ids";
import { MASS, type OrderAct } from "#protocol/order";
import { AdministrationUnderTest, ask, order, orderOf, send } from "./administration-under-test.ts";
import type { ClientUnderTest } from "./client-under-test.ts";

const HOUR = 3600_000;
let at: AdministrationUnderTest;
let prov: ClientUnderTest;
let prov2: ClientUnderTest;
let nodal: ClientUnderTest;
let auditor: ClientUnderTest;
let auditor2: ClientUnderTest;
let custodian: ClientUnderTest;
let nobody: ClientUnderTest;

beforeAll(async () => {
  at = await AdministrationUnderTest.open();
  prov = await at.client("Provincial", "provincial");
  prov2 = await at.client("Federal", "federal");
  nodal = await at.client("Nodal", "nodal", { unit: "dept" }, "dept");
  auditor = await at.client("Auditor", "auditor");
  auditor2 = await at.client("Auditor2", "auditor");
  custodian = await at.client("Custodian", "custodian");
  nobody = await at.client("Nobody", undefined, undefined, "district");
});
afterAll(async () => {
  expect(at.node.errors).toEqual([]);
  await at.stop();
});

const clients = () => ({ prov, nodal, auditor, custodian, nobody });
type Who = keyof ReturnType<typeof clients>;

describe("who may ask what (R96)", () => {
  const FULL: Who[] = ["prov", "auditor"];
  const ALL: Who[] = [...FULL, "nodal"];
  const asks: [AdminAsk, Who[]][] = [
    [{ ask: "overview" }, ["prov", "nodal", "auditor", "custodian", "nobody"]],
    [{ ask: "people", limit: 10 }, ALL],
    [{ ask: "units" }, ALL],
    [{ ask: "posts", limit: 10 }, ALL],
    [{ ask: "invitations", limit: 10 }, ALL],
    [{ ask: "sessions", limit: 10 }, ALL],
    [{ ask: "orders", state: "waiting", limit: 10 }, ALL],
    [{ ask: "preview", act: { do: "export", what: "people" } }, ALL],
    [{ ask: "waves" }, FULL],
    [{ ask: "grants" }, FULL],
    [{ ask: "tokens" }, FULL],
    [{ ask: "csv", csv: "number,name_en\n" }, ["prov", "nodal"]],
    [{ ask: "audit", find: { limit: 10 } }, ["auditor"]],
  ];
  for (const [asked, may] of asks)
    test(asked.ask, async () => {
      for (const [who, client] of Object.entries(clients())) {
        const answer = await ask(client, asked);
        if (may.includes(who as Who)) expect(answer).toHaveProperty("answer", asked.ask);
        else expect(answer).toMatchObject({ code: "forbidden" });
      }
    });

  test("the overview tells a person without a role of none, and counts nobody for them", async () => {
    expect(await ask(nobody, { ask: "overview" })).toMatchObject({ overview: { roles: [], people: 0, sessions: 0 } });
    const { overview } = (await ask(prov, { ask: "overview" })) as never as { overview: Record<string, number> };
    expect(overview).toMatchObject({ roles: [{ role: "provincial" }] });
    expect(overview.people).toBeGreaterThanOrEqual(7);
    expect(overview.sessions).toBeGreaterThanOrEqual(7);
    expect(await ask(nodal, { ask: "overview" })).toMatchObject({ overview: { people: 2, inside: 2, sessions: 2 } });
  });

  test("a malformed question is refused in words that say nothing of it", async () => {
    const bad = [
      { ask: "everything" },
      { ask: "people" },
      { ask: "people", limit: 101 },
      { ask: "people", limit: 10, more: 1 },
      { ask: "people", limit: 10, text: "x".repeat(201) },
      { ask: "person", person: 7 },
      { ask: "audit", find: { limit: 10, kind: "secret" } },
      { ask: "preview", act: { do: "state", people: [], state: "removed" } },
      { ask: "csv", csv: "x".repeat(200 * 1024 + 1) },
    ];
    for (const one of bad) expect(await ask(prov, one as never)).toMatchObject({ code: "fix" });
  });
});

describe("how far one sees (R96)", () => {
  test("a nodal officer finds the people of the own units and nobody else", async () => {
    const outside = await at.person("Outside", "dept2");
    const people = async (client: ClientUnderTest, more = {}) => {
      const answer = await ask(client, { ask: "people", limit: 100, ...more });
      return "people" in answer ? { ids: answer.people.map(({ person }) => person.id), total: answer.total } : answer;
    };
    expect(await people(nodal)).toEqual({ ids: [nodal.person.id, nobody.person.id].sort(), total: 2 });
    expect(await people(nodal, { text: "Outside" })).toEqual({ ids: [], total: 0 });
    expect(await people(nodal, { unit: "dept2" })).toEqual({ ids: [], total: 0 });
    expect(await people(prov, { text: "Outside" })).toEqual({ ids: [outside.id], total: 1 });
    expect(await people(prov, { unit: "dept2" })).toEqual({ ids: [outside.id], total: 1 });
    expect(await ask(nodal, { ask: "person", person: outside.id })).toMatchObject({ code: "forbidden" });
    // Somebody out of reach and nobody at all are not told apart.
    const unknown = await ask(nodal, { ask: "person", person: mintId(Date.now()) });
    expect(await ask(nodal, { ask: "person", person: outside.id })).toEqual(unknown);
    expect(await ask(prov, { ask: "person", person: outside.id })).toHaveProperty("person");
  });

  test("lists come by pages", async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await ask(prov, { ask: "people", limit: 3, ...(after && { after }) });
      if (!("people" in page)) throw new Error("no page");
      seen.push(...page.people.map(({ person }) => person.id));
      after = page.next;
      expect(page.total).toBeGreaterThan(3);
    } while (after);
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen.length).toBe(((await ask(prov, { ask: "people", limit: 1 })) as never as { total: number }).total);
  });

  test("a person is shown with devices, roles and charges", async () => {
    const answer = await ask(prov, { ask: "person", person: nodal.person.id });
    expect(answer).toMatchObject({
      person: { devices: 1, invited: null, charges: [] },
      devices: [{ id: nodal.device, label: "test", revoked: false, online: true }],
      grants: [{ role: "nodal" }],
    });
  });

  test("sessions are those of the people in reach", async () => {
    const found = await ask(nodal, { ask: "sessions", limit: 100 });
    expect("sessions" in found && found.sessions.map(({ person }) => person).sort()).toEqual(
      [nodal.person.id, nobody.person.id].sort(),
    );
  });
});

describe("orders (R90)", () => {
  test("a person is entered, changed and put back", async () => {
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
    const act: OrderAct = { do: "state", people: [nobody.person.id], state: "removed" };
    for (const client of [nodal, auditor, custodian, nobody]) {
      expect(await order(client, act)).toMatchObject({ code: "forbidden" });
      const last = at.audit("order-refused").at(-1);
      expect(last).toMatchObject({ by: { person: client.person.id }, facts: { do: "state" } });
    }
    expect(at.node.store.person(nobody.person.id)?.state).toBeUndefined();
  });

  test("the same order again answers the same and does nothing twice", async () => {
    const given = await orderOf(prov, { do: "invite", people: [nobody.person.id], validMs: HOUR, way: "show" });
    const first = await send(prov, given);
    if (!("state" in first) || first.state !== "done") throw new Error(JSON.stringify(first));
    expect(first.invitations?.[0]?.code).toMatch(/^[0-9A-Z-]+$/);
    const again = await send(prov, given);
    // The code is told once.
    const { code: _, url: __, ...bare } = first.invitations?.[0] as NonNullable<typeof first.invitations>[number];
    expect(again).toEqual({ ...first, invitations: [bare] });
    const listed = await ask(prov, { ask: "invitations", state: "open", limit: 10 });
    expect("invitations" in listed && listed.invitations.map(({ id }) => id)).toEqual([bare.id]);
    const cancel: OrderAct = { do: "uninvite", invitations: [bare.id] };
    expect(await order(nodal, cancel)).toMatchObject({ state: "done" });
    expect(await ask(prov, { ask: "invitations", state: "open", limit: 10 })).toMatchObject({ invitations: [] });
  });

  test("an id is good for one order", async () => {
    const given = await orderOf(prov, { do: "invite", people: [nobody.person.id], validMs: HOUR, way: "show" });
    expect(await send(prov, given)).toMatchObject({ state: "done" });
    const other = await orderOf(prov, { do: "state", people: [nobody.person.id], state: "removed" }, { id: given.id });
    expect(await send(prov, other)).toMatchObject({ code: "fix" });
    expect(await send(prov2, await orderOf(prov2, given.act, { id: given.id }))).toMatchObject({ code: "fix" });
    expect(at.node.store.person(nobody.person.id)?.state).toBeUndefined();
  });

  test("a forged or a foreign hand, and a clock that is off", async () => {
    const act: OrderAct = { do: "state", people: [nobody.person.id], state: "removed" };
    const signed = await orderOf(prov, act);
    const forged = { ...signed, signature: `${signed.signature.slice(0, -4)}AA==` };
    expect(await send(prov, forged)).toMatchObject({ code: "sign-in" });
    expect(await send(prov, { ...signed, act: { ...act, state: "retired" } })).toMatchObject({ code: "sign-in" });
    // Somebody else's order, sound as it is, over one's own socket.
    expect(await send(nobody, signed)).toMatchObject({ code: "fix" });
    for (const off of [11 * 60_000, -11 * 60_000])
      expect(await send(prov, await orderOf(prov, act, { at: Date.now() + off }))).toMatchObject({ code: "fix" });
    expect(at.node.store.person(nobody.person.id)?.state).toBeUndefined();
  });

  test("malformed orders", async () => {
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
    const lost = await at.client("Lost", undefined, undefined, "district");
    expect(await order(nodal, { do: "revoke", devices: [lost.device] })).toMatchObject({ state: "done" });
    expect((await lost.closed).code).toBe(4401);
    expect(at.node.store.device(lost.device)).toMatchObject({ revoked: true, turn: 1 });
    expect(await order(nodal, { do: "unrevoke", devices: [lost.device] })).toMatchObject({ code: "forbidden" });
    const back = await orderOf(prov, { do: "unrevoke", devices: [lost.device] });
    expect(await send(prov, back)).toMatchObject({ state: "waiting" });
    expect(at.node.store.device(lost.device)?.revoked).toBe(true);
    expect(await order(prov2, { do: "approve", order: back.id })).toMatchObject({ state: "done" });
    expect(at.node.store.device(lost.device)).toMatchObject({ revoked: false, turn: 2 });
  });

  test("who is removed has no session any more", async () => {
    const gone = await at.client("Gone");
    expect(await order(prov, { do: "state", people: [gone.person.id], state: "retired" })).toMatchObject({
      state: "done",
    });
    expect((await gone.closed).code).toBe(4401);
  });

  test("a hundred orders at once are told to wait, and nobody else is touched", async () => {
    const flood = await at.client("Flood", "nodal", { unit: "dept2" });
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(flood, { ask: "units" })));
    expect(answers.filter((answer) => "code" in answer && answer.code === "wait").length).toBeGreaterThan(10);
    expect(await ask(prov, { ask: "units" })).toHaveProperty("units");
  });
});

describe("the second administrator (R93)", () => {
  const grantTo = (person: string): OrderAct => ({
    do: "grant",
    grant: { id: mintId(Date.now()), person, role: "nodal", scope: { unit: "dept" }, from: 0, to: null },
  });

  test("a role waits for another's word, and then holds", async () => {
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
    const yes: OrderAct = { do: "approve", order: given.id };
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
    const third = await at.client("Third", "provincial");
    const clerk = await at.person("Clerk2", "dept");
    const given = await orderOf(prov, grantTo(clerk.id));
    await send(prov, given);
    const answers = await Promise.all([
      order(prov2, { do: "approve", order: given.id }),
      order(third, { do: "refuse", order: given.id }),
    ]);
    const [done, late] = answers.sort((a, b) => Number("code" in a) - Number("code" in b));
    expect(done).toMatchObject({ state: "done" });
    expect(late).toMatchObject({ code: "conflict" });
    const holds = at.node.administration.rolesOf(clerk.id).length === 1;
    expect((await send(prov, given)) as never).toMatchObject(holds ? { state: "done" } : { code: "conflict" });
  });

  test("an order is taken back by who gave it, or refused by another", async () => {
    const clerk = await at.person("Clerk3", "dept");
    const own = await orderOf(prov, grantTo(clerk.id));
    await send(prov, own);
    expect(await order(nobody, { do: "refuse", order: own.id })).toMatchObject({ code: "forbidden" });
    expect(await order(prov, { do: "refuse", order: own.id })).toMatchObject({ state: "done" });
    expect(await order(prov2, { do: "approve", order: own.id })).toMatchObject({ code: "conflict" });
    expect(await send(prov, own)).toMatchObject({ code: "conflict" });
    expect(await order(prov2, { do: "approve", order: mintId(Date.now()) })).toMatchObject({ code: "forbidden" });
  });

  test("an order that waited for seven days is too old", async () => {
    const clerk = await at.person("Clerk4", "dept");
    const given = await orderOf(prov, grantTo(clerk.id));
    await send(prov, given);
    at.node.ahead = 7 * 24 * HOUR + 1000;
    try {
      const late = await orderOf(prov2, { do: "approve", order: given.id }, { at: Date.now() + at.node.ahead });
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
    const given = await orderOf(prov, { do: "token", name: "HR", scope: { province: "is" }, validMs: HOUR });
    expect(await send(prov, given)).toMatchObject({ state: "waiting" });
    const done = await order(prov2, { do: "approve", order: given.id });
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
    await at.person('=HYPERLINK("x")');
    const given = await orderOf(auditor, { do: "export", what: "people" });
    expect(await send(auditor, given)).toMatchObject({ state: "waiting" });
    expect(await ask(auditor, { ask: "exported", order: given.id })).toMatchObject({ code: "forbidden" });
    expect(await order(prov, { do: "approve", order: given.id })).toMatchObject({ state: "done" });
    expect(await ask(auditor2, { ask: "exported", order: given.id })).toMatchObject({ code: "forbidden" });
    const file = await ask(auditor, { ask: "exported", order: given.id });
    if (!("csv" in file)) throw new Error(JSON.stringify(file));
    expect(file.csv.split("\r\n")[0]).toStartWith("id,number,name_en");
    expect(file.csv).toContain(`"'=HYPERLINK(""x"")"`);
    expect(await ask(auditor, { ask: "exported", order: given.id })).toMatchObject({ code: "conflict" });
    expect(at.audit("exported").at(-1)).toMatchObject({ facts: { what: "people", order: given.id } });
  });

  test("the audit log leaves by two auditors alone", async () => {
    expect(await order(prov, { do: "export", what: "audit" })).toMatchObject({ code: "forbidden" });
    const given = await orderOf(auditor, { do: "export", what: "audit" });
    await send(auditor, given);
    expect(await order(prov, { do: "approve", order: given.id })).toMatchObject({ code: "forbidden" });
    expect(await order(auditor2, { do: "approve", order: given.id })).toMatchObject({ state: "done" });
    expect(await ask(auditor2, { ask: "exported", order: given.id })).toHaveProperty("csv");
  });
});

describe("what is written down (R97)", () => {
  test("whoever reads of people is in the log, once for a page", async () => {
    const before = at.audit("read").length;
    await ask(prov, { ask: "people", text: "Nodal", limit: 10 });
    await ask(auditor, { ask: "audit", find: { limit: 5 } });
    await ask(prov, { ask: "units" });
    const reads = at.audit("read").slice(before);
    expect(reads).toMatchObject([
      { by: { person: prov.person.id, device: prov.device }, facts: { ask: "people", text: "Nodal", count: 1 } },
      { by: { person: auditor.person.id }, facts: { ask: "audit", count: 5 } },
    ]);
  });

  test("nobody fills the log with what is refused them", async () => {
    const loud = await at.client("Loud");
    for (let i = 0; i < 40; i++) await ask(loud, { ask: "people", limit: 1 });
    const own = () => at.audit("order-refused").filter(({ by }) => "person" in by && by.person === loud.person.id);
    expect(own().length).toBe(20);
    at.node.ahead = HOUR;
    await ask(loud, { ask: "people", limit: 1 });
    at.node.ahead = 0;
    expect(own().at(-1)?.facts).toMatchObject({ notNoted: 20 });
  });
});

const w = () => ({ en: "", ur: "" });
