import { expect, test } from "bun:test";
import { DIRECTORY_ROOM, mintId, type Province } from "#protocol/ids";
import type { OrderAct, OrderAnswer } from "#protocol/order";
import { verifyNow } from "../auth/verify.ts";
import { Administration } from "../domain/administration/administration.ts";
import { InvitationDesk } from "../domain/enrolment/invitations.ts";
import { WaveBook } from "../domain/enrolment/wave-book.ts";
import { Member } from "./cluster.ts";
import { type Administrator, administrator, person, provincial, signed, words } from "./directory-provinces.ts";
import { tablesOf } from "./directory-tables.ts";
import { MemoryNetwork } from "./memory-links.ts";
import { MemoryStore } from "./memory-store.ts";
import { yesTo } from "./yes-to.ts";

const PROVINCES = ["is", "pb", "sd"];
const HOUR = 3600_000;

/** Three provinces; pb has two administrators, an official, and a unit. */
async function open() {
  let time = Date.UTC(2026, 10, 22, 9);
  let seed = 11;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const now = () => time;
  const network = new MemoryNetwork(PROVINCES);
  const members = new Map<Province, Member>();
  for (const province of PROVINCES)
    members.set(province, new Member(new MemoryStore({ province }), PROVINCES, network, now));
  const at = (province: Province) => members.get(province) as Member;
  const settle = async () => {
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const quiet = async (rounds = 20) => {
    for (let i = 0; i < rounds; i++) {
      time += 500;
      for (const member of members.values()) member.turn();
      await settle();
      for (let n = 0; n < 5_000 && network.pending() > 0; n++) await network.deliver(random);
      await settle();
    }
  };
  for (const member of members.values()) await member.start();

  const { store, directory } = at("pb");
  const administration = new Administration({
    ...{ store, directory, now, verify: verifyNow, waves: new WaveBook(store, now) },
    invitations: new InvitationDesk({ store, now, origin: () => "https://pb.example" }),
    sessions: () => [],
    online: () => new Set(),
    secured: () => false,
  });
  const [one, two] = [administrator(mintId(1), "pb"), administrator(mintId(3), "pb")];
  const clerk = administrator(mintId(5), "pb");
  await store.write(DIRECTORY_ROOM, (tx) => {
    directory.issue(tx, "operator", [
      { unit: { id: "lahore", province: "pb", parent: null, kind: "district", name: words("Lahore") } },
      ...[one, two, clerk].flatMap((each) => [{ person: each.person }, { device: each.device }]),
      { grant: provincial("g1", one) },
      { grant: provincial("g2", two) },
    ]);
  });
  await quiet();
  const give = (who: Administrator, act: OrderAct): Promise<OrderAnswer> =>
    administration.order({ person: who.person.id, device: who.device.id }, signed(who, time++, act));
  const pass = (ms: number) => {
    time += ms;
  };
  return { at, network, quiet, give, administration, one, two, clerk, pass };
}

test("a province cut off from all others administers its own, and the others hold the same when it is back (R90, R93)", async () => {
  const { at, network, quiet, give, administration, one, two, clerk } = await open();
  for (const other of ["is", "sd"]) network.cut("pb", other);

  const fresh = person(mintId(7), "pb", { unitId: "lahore" });
  expect(await give(one, { do: "put", entries: [{ person: fresh }] })).toMatchObject({ state: "done" });
  const invited = await give(one, { do: "invite", people: [fresh.id], validMs: HOUR, way: "show" });
  expect(invited).toMatchObject({ state: "done", invitations: [{ person: fresh.id, code: expect.any(String) }] });
  expect(await give(one, { do: "revoke", devices: [clerk.device.id] })).toMatchObject({ state: "done" });
  const grant = { ...provincial("g3", clerk), role: "nodal" as const, scope: { unit: "lahore" } };
  expect(await give(one, { do: "grant", grant })).toMatchObject({ state: "waiting" });
  const waiting = await administration.ask(
    { person: two.person.id, device: two.device.id },
    { ask: "orders", state: "waiting", limit: 10 },
  );
  const [shown] = waiting.answer === "orders" ? waiting.orders : [];
  if (!shown) throw new Error("Nothing waits.");
  expect(await give(two, yesTo(shown.order))).toMatchObject({ state: "done" });
  expect(await give(two, { do: "state", people: [fresh.id], state: "retired" })).toMatchObject({ state: "done" });

  await quiet();
  // Nothing of it has crossed.
  expect(at("is").store.person(fresh.id)).toBeUndefined();
  expect(at("sd").store.device(clerk.device.id)?.revoked).toBe(false);

  for (const other of ["is", "sd"]) network.heal("pb", other);
  await quiet(60);
  const tables = tablesOf(at("pb").store, PROVINCES);
  for (const other of ["is", "sd"]) {
    expect(tablesOf(at(other).store, PROVINCES)).toEqual(tables);
    expect(at(other).store.person(fresh.id)?.state).toBe("retired");
    expect(at(other).store.device(clerk.device.id)?.revoked).toBe(true);
    expect(at(other).store.tables.offices.grant("g3")).toEqual(grant);
    // Invitations, orders that wait and tokens are the province's own.
    expect(at(other).store.tables.invitations.countOpenInvitations(0)).toBe(0);
    expect(at(other).alarms).toEqual([]);
  }
  expect(at("pb").alarms).toEqual([]);
});

test("a dated order is carried out on its day by a province that is cut off, and crosses when it is back (R100)", async () => {
  const { at, network, quiet, give, administration, one, two, clerk, pass } = await open();
  const from = Date.UTC(2026, 10, 24);
  administration.dated.start(
    (what, cause) => at("pb").alarms.push(`${what} ${cause}`),
    () => () => {},
  );
  expect(await give(one, { do: "state", people: [clerk.person.id], state: "retired", from })).toMatchObject({
    state: "dated",
  });
  const onTwo = await give(one, { do: "state", people: [two.person.id], state: "retired", from });
  expect(onTwo).toMatchObject({ state: "waiting" });
  await quiet();
  for (const other of ["is", "sd"]) network.cut("pb", other);
  pass(2 * 24 * HOUR);
  administration.dated.look();
  await administration.dated.settled();
  await quiet();
  const states = () => PROVINCES.map((each) => at(each).store.person(clerk.person.id)?.state ?? "active");
  expect(states()).toEqual(["active", "retired", "active"]);
  for (const other of ["is", "sd"]) network.heal("pb", other);
  await quiet(60);
  expect(states()).toEqual(["retired", "retired", "retired"]);
  const tables = tablesOf(at("pb").store, PROVINCES);
  for (const other of PROVINCES) {
    expect(tablesOf(at(other).store, PROVINCES)).toEqual(tables);
    expect(at(other).alarms).toEqual([]);
  }
  await administration.dated.stop();
});

test("what an administrator of a province may not do is refused by every replica, whatever its node lets through (R82, R91)", async () => {
  const { at, quiet, clerk } = await open();
  const { store, directory } = at("pb");
  const forged = signed(clerk, Date.UTC(2026, 10, 22, 10), {
    ...{ do: "grant", grant: { ...provincial("g9", clerk) } },
  });
  // The node of pb carries out what it should have refused.
  await store.write(DIRECTORY_ROOM, (tx) => directory.carryOut(tx, forged));
  await quiet();
  for (const other of ["is", "sd"]) {
    expect(at(other).store.tables.offices.grant("g9")).toBeUndefined();
    expect(at(other).alarms.length).toBeGreaterThan(0);
  }
});
