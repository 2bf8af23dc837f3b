import { afterEach, beforeEach, expect, test } from "bun:test";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import {
  AdministrationUnderTest,
  ask,
  order,
  orderOf,
  type Staff,
  send,
} from "../../gateway/administration-under-test.ts";
import { yesTo } from "../yes-to.ts";

let at: AdministrationUnderTest;
let staff: Staff;
beforeEach(async () => {
  at = await AdministrationUnderTest.open();
  staff = await at.staff();
});
afterEach(() => at.stop());

const words = (en: string) => ({ en, ur: en });
const MINUTE = 60_000;

test("a preview tells nothing of what lies beyond the asker's units", async () => {
  const victim = await at.client("Victim", undefined, undefined, "dept2");
  await victim.affair({ do: "rename", device: victim.device, label: "kanarie-label" });
  await at.put([{ person: { ...victim.person, contact: { mobile: "+923009999999" } } }]);
  const acts: OrderAct[] = [
    { do: "revoke", devices: [victim.device] },
    { do: "unrevoke", devices: [victim.device] },
    { do: "state", people: [victim.person.id], state: "removed" },
    { do: "ungrant", grant: at.node.store.tables.offices.grantsOf(staff.auditor.person.id)[0]?.id ?? "" },
  ];
  for (const act of acts) {
    const answer = await ask(staff.nodal, { ask: "preview", act });
    expect(JSON.stringify(answer)).not.toContain("kanarie-label");
    expect(JSON.stringify(answer)).not.toContain("+923009999999");
    expect(JSON.stringify(answer)).not.toContain('"role":"auditor"');
  }
});

test("a role that has ended gives no order, however the order is dated", async () => {
  const short = await at.client("Short");
  const now = Date.now();
  const grant = { id: mintId(now), person: short.person.id, role: "provincial", scope: { province: "is" } } as const;
  await at.put([{ grant: { ...grant, from: 0, to: now - 4 * MINUTE } }]);
  const act: OrderAct = { do: "state", people: [staff.nobody.person.id], state: "retired" };
  expect(await send(short, await orderOf(short, act, { at: now - 8 * MINUTE }))).toMatchObject({ code: "forbidden" });
});

test("a role that has yet to begin gives no order, however the order is dated", async () => {
  const early = await at.client("Early");
  const now = Date.now();
  const grant = { id: mintId(now), person: early.person.id, role: "provincial", scope: { province: "is" } } as const;
  await at.put([{ grant: { ...grant, from: now + 4 * MINUTE, to: null } }]);
  const act: OrderAct = { do: "state", people: [staff.nobody.person.id], state: "retired" };
  expect(await send(early, await orderOf(early, act, { at: now + 8 * MINUTE }))).toMatchObject({ code: "forbidden" });
});

test("a second word counts for nothing once its giver's role has ended, however it is dated", async () => {
  const second = await at.client("Second");
  const now = Date.now();
  const grant = { id: mintId(now), person: second.person.id, role: "provincial", scope: { province: "is" } } as const;
  await at.put([{ grant: { ...grant, from: 0, to: now - 4 * MINUTE } }]);
  const given = await orderOf(staff.prov, { do: "token", name: "HR", scope: { province: "is" }, validMs: 3600_000 });
  expect(await send(staff.prov, given)).toMatchObject({ state: "waiting" });
  const word = await orderOf(second, yesTo(given), { at: now - 8 * MINUTE });
  expect(await send(second, word)).toMatchObject({ code: "forbidden" });
});

test("the file of the audit log goes to nobody who is no auditor any more", async () => {
  const { auditor, auditor2 } = staff;
  const own = at.node.store.tables.offices.grantsOf(auditor.person.id)[0];
  if (!own) throw new Error("no role");
  const given = await orderOf(auditor, { do: "export", what: "audit" });
  expect(await send(auditor, given)).toMatchObject({ state: "waiting" });
  expect(await order(auditor2, yesTo(given))).toMatchObject({ state: "done" });
  const grant = { ...own, id: mintId(Date.now()), role: "provincial" } as const;
  await at.put([{ grant: { ...own, ended: true } }, { grant }]);
  expect(await ask(auditor, { ask: "exported", order: given.id })).toMatchObject({ code: "forbidden" });
});

test("a text that turns the direction of what stands beside it enters no name", async () => {
  for (const name of ["Ali\u202egpj.exe", "Ali\nBcc: x@y.pk", "A\u0000li", "\u2066x"]) {
    const person = { ...staff.nobody.person, name: words(name) };
    const answer = await order(staff.prov, { do: "put", entries: [{ person }] });
    expect(answer).toMatchObject({ code: expect.stringMatching(/fix|forbidden/) });
  }
});

test("an entry that is nested without end is refused, and stops nothing", async () => {
  let deep: unknown = "x";
  for (let i = 0; i < 7_000; i++) deep = [deep];
  const person = { ...staff.nobody.person, more: deep };
  let answer: unknown;
  try {
    answer = await order(staff.prov, { do: "put", entries: [{ person }] } as never);
  } catch (error) {
    answer = String(error);
  }
  expect(at.node.errors).toEqual([]);
  expect(answer).toMatchObject({ code: "fix" });
});

test("a file of fifty thousand lines is not read at once", async () => {
  const csv = `number,name_en\n${"P,x\n".repeat(50_000)}`;
  expect(await ask(staff.prov, { ask: "csv", csv: csv.slice(0, 200 * 1024) })).toMatchObject({ code: "fix" });
  for (const nasty of ['"'.repeat(60_000), `number,name_en\n${'""'.repeat(30_000)}`, ",".repeat(200_000), "\u0000"]) {
    const answer = await ask(staff.prov, { ask: "csv", csv: nasty });
    expect(answer).toMatchObject({ answer: "csv", entries: [] });
  }
  expect(at.node.errors).toEqual([]);
});

test("two second words at once carry an order out once, and one that refuses cannot undo it", async () => {
  const third = await at.client("Third", "provincial");
  const given = await orderOf(staff.prov, { do: "token", name: "HR", scope: { province: "is" }, validMs: 3600_000 });
  await send(staff.prov, given);
  const answers = await Promise.all([
    order(staff.prov2, yesTo(given)),
    order(third, yesTo(given)),
    order(third, { do: "refuse", order: given.id }),
  ]);
  const made = answers.filter((answer) => "token" in answer && answer.token !== undefined);
  expect(at.node.store.tables.orders.tokens(Date.now())).toHaveLength(made.length);
  expect(answers.filter((answer) => "state" in answer)).toHaveLength(1);
  expect(answers.filter((answer) => "code" in answer)).toHaveLength(2);
});

test("nobody approves an order of their own: not with another device, nor as another, nor after losing the role", async () => {
  const { prov, prov2 } = staff;
  const given = await orderOf(prov, { do: "export", what: "people" });
  await send(prov, given);
  const word = await orderOf(prov2, yesTo(given));
  expect(await send(prov, { ...word, person: prov.person.id, device: prov.device })).toMatchObject({ code: "sign-in" });
  expect(await order(prov, yesTo(given))).toMatchObject({ code: "forbidden" });
  const [grant] = at.node.store.tables.offices.grantsOf(prov.person.id);
  if (grant) await at.put([{ grant: { ...grant, ended: true } }]);
  expect(await order(prov2, yesTo(given))).toMatchObject({ code: "forbidden" });
});

test("an order of somebody whose device was shut out meanwhile is approved by nobody", async () => {
  const { prov, prov2 } = staff;
  const given = await orderOf(prov, { do: "export", what: "people" });
  await send(prov, given);
  await at.node.store.write(DIRECTORY_ROOM, (tx) => {
    const device = at.node.store.device(prov.device);
    if (device) at.node.services.directory.issue(tx, "revocation", [{ device: { ...device, revoked: true, turn: 1 } }]);
  });
  expect(await order(prov2, yesTo(given))).toMatchObject({ code: "forbidden" });
});

test("one administrator alone changes no more people in an hour by putting orders off for a moment", async () => {
  const people = await Promise.all(Array.from({ length: 20 }, (_, i) => at.person(`Clerk ${i}`, "district")));
  const ids = people.map(({ id }) => id);
  const state = (people: string[]) => ({ do: "state", people, state: "retired", from: Date.now() + 200 }) as const;
  expect(await order(staff.prov, state(ids.slice(0, 10)))).toMatchObject({ state: "dated" });
  for (let i = 0; i < 300 && at.node.store.person(ids[0] as string)?.state !== "retired"; i++) await Bun.sleep(10);
  expect(at.node.store.person(ids[9] as string)?.state).toBe("retired");
  expect(await order(staff.prov, state(ids.slice(10)))).toMatchObject({ state: "waiting" });
});

test("an order that waits for its day is not carried out for who has lost the role, nor on who gained one", async () => {
  const { prov, prov2, nobody } = staff;
  const victim = await at.person("Victim", "district");
  const state = (people: string[]) => ({ do: "state", people, state: "removed", from: Date.now() + 300 }) as const;
  expect(await order(prov2, state([nobody.person.id]))).toMatchObject({ state: "dated" });
  expect(await order(prov, state([victim.id]))).toMatchObject({ state: "dated" });
  const grant = { id: mintId(1), person: nobody.person.id, role: "auditor", scope: { province: "is" } } as const;
  const [own] = at.node.store.tables.offices.grantsOf(prov.person.id);
  await at.put([{ grant: { ...grant, from: 0, to: null } }, ...(own ? [{ grant: { ...own, ended: true } }] : [])]);
  await Bun.sleep(600);
  await at.node.administration.dated.settled();
  for (const { id } of [victim, nobody.person]) expect(at.node.store.person(id)?.state ?? "active").toBe("active");
});

test("nobody who looks after people gives one of them an administrator's address, which would then name neither", async () => {
  const { prov, prov2, nodal, nobody } = staff;
  const contact = { email: "chief@is.example", mobile: "+923001112222" };
  await at.put([{ person: { ...prov2.person, contact } }]);
  const put = (given: object): OrderAct => ({ do: "put", entries: [{ person: { ...nobody.person, contact: given } }] });
  for (const given of [{ email: "Chief@is.example" }, { mobile: contact.mobile }, contact])
    for (const by of [nodal, prov]) expect(await order(by, put(given))).toMatchObject({ code: "forbidden" });
  expect(await order(nodal, put({ mobile: "+923003334444" }))).toMatchObject({ state: "done" });
  expect(at.node.store.tables.offices.personByContact("is", "chief@is.example")?.id).toBe(prov2.person.id);
});
