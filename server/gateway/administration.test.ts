import { describe, expect, test } from "bun:test";
import type { AdminAsk } from "#protocol/admin";
import { mintId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import { ask } from "./administration-under-test.ts";
import { administrationForFile } from "./whole-file.ts";
import type { ClientUnderTest } from "./client-under-test.ts";

const HOUR = 3600_000;
const { at, staff } = await administrationForFile();

describe("who may ask what (R96)", () => {
  const asking = () => {
    const { prov, nodal, auditor, custodian, nobody } = staff;
    return { prov, nodal, auditor, custodian, nobody };
  };
  type Who = keyof ReturnType<typeof asking>;
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
      for (const [who, client] of Object.entries(asking())) {
        const answer = await ask(client, asked);
        if (may.includes(who as Who)) expect(answer).toHaveProperty("answer", asked.ask);
        else expect(answer).toMatchObject({ code: "forbidden" });
      }
    });

  test("the overview tells a person without a role of none, and counts nobody for them", async () => {
    const { prov, nodal, nobody } = staff;
    expect(await ask(nobody, { ask: "overview" })).toMatchObject({ overview: { roles: [], people: 0, sessions: 0 } });
    const { overview } = (await ask(prov, { ask: "overview" })) as never as { overview: Record<string, number> };
    expect(overview).toMatchObject({ roles: [{ role: "provincial" }] });
    expect(overview.people).toBeGreaterThanOrEqual(7);
    expect(overview.sessions).toBeGreaterThanOrEqual(7);
    expect(await ask(nodal, { ask: "overview" })).toMatchObject({ overview: { people: 2, inside: 2, sessions: 2 } });
  });

  test("a malformed question is refused in words that say nothing of it", async () => {
    const { prov } = staff;
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
    const { prov, nodal, nobody } = staff;
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

  test("a file tells a nodal officer nothing of people outside the own units", async () => {
    const { prov, nodal } = staff;
    const name = { en: "Hidden", ur: "" };
    const contact = { email: "hidden@example.gov.pk" };
    const hidden = { id: mintId(Date.now()), province: "is", name, post: name, unit: name, unitId: "dept2" };
    await at.put([{ person: { ...hidden, number: "H-1", contact } }]);
    const csv = "number,name_en,grade\nH-1,Hidden,17\nN-1,New,17\n";
    const seen = await ask(nodal, { ask: "csv", csv });
    expect(seen).toMatchObject({ entries: [{ person: { number: "N-1" } }], refused: [{ line: 2 }] });
    expect(JSON.stringify(seen)).not.toContain("hidden@");
    expect(JSON.stringify(await ask(prov, { ask: "csv", csv }))).toContain("hidden@");
  });

  test("a preview shows nothing of whom the order could not touch", async () => {
    const { prov, nodal, nobody, custodian } = staff;
    const name = { en: "Secret", ur: "" };
    const id = mintId(Date.now());
    const contact = { email: "secret@example.gov.pk" };
    await at.put([{ person: { id, province: "is", name, post: name, unit: name, unitId: "dept2", contact } }]);
    const state: OrderAct = { do: "state", people: [id], state: "removed" };
    const raise: OrderAct = { do: "put", entries: [{ person: { ...nobody.person, unitId: "district", grade: 9 } }] };
    expect(await ask(prov, { ask: "preview", act: state })).toMatchObject({ preview: { changes: 1, refused: [] } });
    for (const act of [state, { do: "invite", people: [id], validMs: HOUR, way: "show" } as OrderAct]) {
      const seen = await ask(nodal, { ask: "preview", act });
      expect(seen).toMatchObject({ preview: { changes: 0, sample: [], refused: [{}] } });
      expect(JSON.stringify(seen)).not.toContain("secret@");
    }
    expect(await ask(nodal, { ask: "preview", act: raise })).toMatchObject({ preview: { changes: 1, refused: [] } });
    expect(await ask(custodian, { ask: "preview", act: state })).toMatchObject({ code: "forbidden" });
  });

  test("lists come by pages", async () => {
    const { prov } = staff;
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
    const { prov, nodal } = staff;
    const answer = await ask(prov, { ask: "person", person: nodal.person.id });
    expect(answer).toMatchObject({
      person: { devices: 1, invited: null, charges: [] },
      devices: [{ id: nodal.device, label: "test", revoked: false, online: true }],
      grants: [{ role: "nodal" }],
    });
  });

  test("sessions are those of the people in reach", async () => {
    const { nodal, nobody } = staff;
    const found = await ask(nodal, { ask: "sessions", limit: 100 });
    expect("sessions" in found && found.sessions.map(({ person }) => person).sort()).toEqual(
      [nodal.person.id, nobody.person.id].sort(),
    );
  });
});

describe("what is written down (R97)", () => {
  test("whoever reads of people is in the log, once for a page", async () => {
    const { prov, auditor } = staff;
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
