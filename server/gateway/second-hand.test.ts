import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { AdminRole } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type PersonId } from "#protocol/ids";
import type { Notice } from "#protocol/notice";
import type { IssuedInvitation, OrderAct, OrderAnswer } from "#protocol/order";
import { decodeRecord, KIND } from "#protocol/record";
import { postRoomId } from "#protocol/room";
import { DatedOrders } from "../domain/administration/dated.ts";
import { CarryOut } from "../domain/administration/carry-out.ts";
import { Operator } from "../domain/administration/operator.ts";
import { HELD_MS } from "../domain/enrolment/held.ts";
import { Importer } from "../domain/import/importer.ts";
import { until } from "../testing/until.ts";
import { yesTo } from "../testing/yes-to.ts";
import { AdministrationUnderTest, order, orderOf, send, type Staff } from "./administration-under-test.ts";
import { type ClientUnderTest, newKey, post } from "./client-under-test.ts";
import { endsWell } from "./whole-file.ts";

const HOUR = 3600_000;
let at: AdministrationUnderTest;
let staff: Staff;
beforeEach(async () => {
  at = await AdministrationUnderTest.open({ heldMs: HELD_MS });
  staff = await at.staff();
});
afterEach(async () => {
  await endsWell(at.node);
});

const noticesOf = (client: ClientUnderTest): Notice[] =>
  client.downs.flatMap((down) => (down.t === "notice" && down.notice.kind !== "changes" ? [down.notice] : []));
const heard = (client: ClientUnderTest, kind: Notice["kind"]): Promise<Notice> =>
  client.json("notice", ({ notice }) => notice.kind === kind).then(({ notice }) => notice);
/** The change that names the device, once the person's sessions are told of it. */
const heardOf = (client: ClientUnderTest, label: string) =>
  client
    .json("notice", ({ notice }) => notice.kind === "changes" && notice.changes.some((each) => each.label === label))
    .then(({ notice }) => ("changes" in notice ? notice.changes.find((each) => each.label === label) : undefined));
const textsOf = (client: ClientUnderTest): string[] =>
  client.records
    .map(decodeRecord)
    .filter(({ kind }) => kind === KIND.message)
    .map(({ body }) => new TextDecoder().decode(body));

async function enrol(code: string | undefined) {
  const { key, pair } = await newKey();
  const answer = await post(`${at.node.url}/v1/enrol`, { code: code ?? "", key, label: "iPhone" });
  return { status: answer.status, body: (await answer.json()) as { device: string; error?: { opens?: number } }, pair };
}

const inviting = (...people: PersonId[]): OrderAct => ({ do: "invite", people, validMs: HOUR, way: "show" });

/** An invitation that one ordered and another approved. */
async function invited(person: PersonId): Promise<IssuedInvitation> {
  const given = await orderOf(staff.nodal, inviting(person));
  expect(await send(staff.nodal, given)).toMatchObject({ state: "waiting" });
  const done = (await order(staff.prov, yesTo(given))) as Extract<OrderAnswer, { state: "done" }>;
  expect(done).toMatchObject({ state: "done", invitations: [{ person }] });
  return done.invitations?.[0] as IssuedInvitation;
}

function operator(of = at): Operator {
  const { store, services, arrivals, waves, administration } = of.node;
  const now = () => Date.now() + of.node.ahead;
  const around = {
    ...{ store, directory: services.directory, now, waves, verify: () => true, invitations: arrivals.desk },
    ...{ sessions: () => [], online: () => new Set<string>(), secured: () => false },
  };
  const dated = new DatedOrders(around, new CarryOut(around, administration.tokens));
  return new Operator(around, administration.tokens, dated);
}
const operatorsCode = async (person: PersonId) =>
  (await operator().act("root", inviting(person))).invitations?.[0] as IssuedInvitation;

describe("an invitation for somebody who is inside (R103)", () => {
  test("no role alone has a code of it, whatever the way", async () => {
    const { nobody } = staff;
    for (const client of Object.values(staff))
      for (const way of ["show", "email", "sms"] as const) {
        const answer = await order(client, { do: "invite", people: [nobody.person.id], validMs: HOUR, way });
        expect("state" in answer ? answer.state : answer.code).toMatch(/^(waiting|forbidden)$/);
      }
    expect(at.node.store.tables.invitations.openInvitations(nobody.person.id, 0)).toEqual([]);
    // Shutting the devices out first changes nothing.
    expect(await order(staff.nodal, { do: "revoke", devices: [nobody.device] })).toMatchObject({ state: "done" });
    expect(await order(staff.nodal, inviting(nobody.person.id))).toMatchObject({ state: "waiting" });
  });

  test("it is held for a day, its person is told at once and again when they come, and it says until when", async () => {
    const { nobody, nodal } = staff;
    const { id, code, from } = await invited(nobody.person.id);
    const told = { kind: "invitation", invitation: id, by: nodal.person.id, from } as const;
    expect(await heard(nobody, "invitation")).toMatchObject(told);
    const early = await enrol(code);
    expect([early.status, early.body.error?.opens]).toEqual([403, from]);
    nobody.socket.close();
    await nobody.closed;
    await nobody.connect();
    expect(noticesOf(nobody)).toMatchObject([told]);
    expect(
      Object.values(staff)
        .filter((client) => client !== nobody)
        .flatMap(noticesOf),
    ).toEqual([]);
    at.node.ahead = HELD_MS - HOUR;
    expect((await enrol(code)).status).toBe(403);
    at.node.ahead = HELD_MS + 1000;
    expect((await enrol(code)).status).toBe(200);
    expect(await heardOf(nobody, "iPhone")).toMatchObject({ what: "device", did: "came" });
    expect(await heard(nobody, "invitation-over")).toEqual({ kind: "invitation-over", invitation: id });
    expect(at.audit("enrolled").at(-1)).toMatchObject({
      by: { person: nobody.person.id },
      facts: { how: "invitation" },
    });
  });

  test("any device of theirs stops it, and nobody else's does", async () => {
    const { nobody, custodian } = staff;
    const { id, code } = await invited(nobody.person.id);
    for (const act of ["invitation-stop", "invitation-allow"] as const)
      expect(await custodian.affair({ do: act, invitation: id })).toMatchObject({
        t: "error",
        error: { code: "conflict" },
      });
    expect(await nobody.affair({ do: "invitation-stop", invitation: id })).toMatchObject({
      answer: { answer: "done" },
    });
    expect(await heard(nobody, "invitation-over")).toEqual({ kind: "invitation-over", invitation: id });
    expect(at.audit("invited").at(-1)).toMatchObject({
      by: { person: nobody.person.id, device: nobody.device },
      facts: { invitation: id, cancelled: true },
    });
    at.node.ahead = HELD_MS + 1000;
    expect((await enrol(code)).status).toBe(403);
  });

  test("a device's yes makes it good at once", async () => {
    const { nobody } = staff;
    const { id, code } = await invited(nobody.person.id);
    expect(await nobody.affair({ do: "invitation-allow", invitation: id })).toMatchObject({
      answer: { answer: "done" },
    });
    expect((await enrol(code)).status).toBe(200);
  });

  test("who has no device left is let in by two at once, and by the operator when it has been silent for a day", async () => {
    const { nobody, nodal } = staff;
    await order(nodal, { do: "revoke", devices: [nobody.device] });
    await nobody.closed;
    const issued = await operatorsCode(nobody.person.id);
    expect(issued.from).toBeGreaterThan(Date.now() + HELD_MS - HOUR);
    expect((await enrol(issued.code)).status).toBe(403);
    const { code, from } = await invited(nobody.person.id);
    expect(from).toBeUndefined();
    expect((await enrol(code)).status).toBe(200);
  });

  test("the operator's code is held and told like another, and stands in the audit log", async () => {
    const { nobody } = staff;
    const { id, code } = await operatorsCode(nobody.person.id);
    expect(await heard(nobody, "invitation")).toMatchObject({ invitation: id, by: null });
    expect((await enrol(code)).status).toBe(403);
    expect(at.audit("invited").at(-1)).toMatchObject({ by: { operator: "beep" }, facts: { person: nobody.person.id } });
    at.node.ahead = HELD_MS + 1000;
    expect((await enrol(code)).status).toBe(200);
  });

  test("one that was made before its person came in another way is void then", async () => {
    const comer = await at.person("Comer", "dept");
    const done = await order(staff.nodal, inviting(comer.id));
    const [issued] = "invitations" in done ? (done.invitations ?? []) : [];
    const { entrance } = at.node;
    const { key } = await newKey();
    await at.node.store.write(DIRECTORY_ROOM, (tx) =>
      entrance.admit(tx, comer.id, { key, label: "theirs" }, "oidc", ""),
    );
    expect((await enrol(issued?.code)).status).toBe(403);
  });
});

test("a device that was away hears of those that came in meanwhile (R104)", async () => {
  const { nobody } = staff;
  nobody.socket.close();
  await nobody.closed;
  await at.node.arrivals.lastSeen.flush();
  await until(() => Date.now() > (at.node.store.tables.invitations.lastSeen(nobody.device) ?? Date.now()));
  const { key } = await newKey();
  const made = await at.node.store.write(DIRECTORY_ROOM, (tx) =>
    at.node.entrance.admit(tx, nobody.person.id, { key, label: "Thief" }, "recovery", ""),
  );
  await nobody.connect();
  expect(await heardOf(nobody, "Thief")).toMatchObject({ what: "device", did: "came", device: made.device });
});

describe("a charge of a post that has history (R102)", () => {
  const charge = (person: PersonId) =>
    ({ id: mintId(Date.now()), post: "dc", person, kind: "additional", from: Date.now() - 1000, to: null }) as const;

  test("somebody who was invented reads nothing by it, whoever orders it alone", async () => {
    const { prov, custodian: citizen } = staff;
    await at.put([{ charge: charge(staff.nobody.person.id) }]);
    const room = await postRoomId(citizen.person.id, "dc");
    const opened = { op: "create", kind: "post", name: "", history: "all", members: [], posts: ["dc"] } as const;
    expect(await citizen.control(room, { ...opened, members: [], posts: ["dc"] })).toMatchObject({ state: "done" });
    const draft = citizen.draft(room, "for the post's eyes");
    citizen.send(draft);
    await citizen.settled();
    const puppet = await at.client("Puppet", undefined, undefined, "dept2");
    for (const client of Object.values(staff)) {
      const answer = await order(client, { do: "put", entries: [{ charge: charge(puppet.person.id) }] });
      expect("state" in answer ? answer.state : answer.code).toMatch(/^(waiting|forbidden)$/);
    }
    await expect(
      operator().act("root", { do: "put", entries: [{ charge: charge(puppet.person.id) }] }),
    ).rejects.toThrow("two administrators");
    const importer = new Importer(at.node.store, at.node.services.directory, Date.now);
    const row = {
      line: 1,
      number: "77",
      name_en: "Puppet",
      unit_en: "dept > district",
      post_en: "Deputy Commissioner",
    };
    for (const by of ["import", "scim"] as const) {
      const how = { dry: false, removals: false, by, actor: { operator: "root" } };
      expect((await importer.take([row], how)).refused).toMatchObject([{ line: 1, column: "post" }]);
    }
    puppet.socket.close();
    await puppet.closed;
    await puppet.connect();
    expect(textsOf(puppet)).toEqual([]);
    // Two are enough.
    const given = await orderOf(prov, { do: "put", entries: [{ charge: charge(puppet.person.id) }] });
    await send(prov, given);
    expect(await order(staff.prov2, yesTo(given))).toMatchObject({ state: "done" });
  });

  test("a post that nobody held is written to: its first charge opens that as well", async () => {
    const { prov, custodian } = staff;
    await at.put([{ post: { id: "ac", province: "is", unit: "district", title: { en: "AC", ur: "AC" } } }]);
    const room = await postRoomId(custodian.person.id, "ac");
    await custodian.control(room, { op: "create", kind: "post", name: "", history: "all", members: [], posts: ["ac"] });
    const act: OrderAct = { do: "put", entries: [{ charge: { ...charge(staff.nobody.person.id), post: "ac" } }] };
    expect(await order(prov, act)).toMatchObject({ state: "waiting" });
  });

  test("a province's first import gives charges of posts that come with it, by whoever may import", async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      ...{ line: i + 1, number: `N${i}`, name_en: `Officer ${i}`, unit_en: `Wing ${i % 3}` },
      ...{ post_en: `Section Officer ${i}`, email: `n${i}@beep.example` },
    }));
    const importer = new Importer(at.node.store, at.node.services.directory, Date.now);
    const how = { dry: false, removals: false, by: "import", actor: { operator: "root" } } as const;
    expect(await importer.take(rows, how)).toMatchObject({ refusedRows: 0, same: 0 });
    expect(await importer.take(rows, how)).toMatchObject({ refusedRows: 0, same: 30 });
  });
});

test("the operator alone lets no device back in while two administrators could (R93, R205)", async () => {
  const lost = await at.client("Lost");
  const turned = (act: "revoke" | "unrevoke") => operator().act("root", { do: act, devices: [lost.device] });
  await turned("revoke");
  await expect(turned("unrevoke")).rejects.toThrow("two administrators");
  expect(at.node.store.device(lost.device)?.revoked).toBe(true);
  expect(at.audit("operator").at(-1)).toMatchObject({ facts: { do: "revoke" } });
});

test("with fewer than two administrators the operator does what nobody could second (R102)", async () => {
  const alone = await AdministrationUnderTest.open();
  try {
    const one = await alone.client("Only", "provincial" satisfies AdminRole);
    await alone.put([{ charge: { id: "c", post: "dc", person: one.person.id, kind: "regular", from: 0, to: null } }]);
    const importer = new Importer(alone.node.store, alone.node.services.directory, Date.now);
    const row = { line: 1, number: "77", name_en: "Next", unit_en: "dept > district", post_en: "Deputy Commissioner" };
    const how = { dry: false, removals: false, by: "import", actor: { operator: "root" } } as const;
    expect(await importer.take([row], how)).toMatchObject({ refusedRows: 0 });
    await operator(alone).act("root", { do: "revoke", devices: [one.device] });
    await operator(alone).act("root", { do: "unrevoke", devices: [one.device] });
    expect(alone.node.store.device(one.device)).toMatchObject({ revoked: false, turn: 2 });
    expect(alone.audit("operator").at(-1)).toMatchObject({ by: { operator: "root" }, facts: { do: "unrevoke" } });
  } finally {
    await alone.stop();
  }
});
