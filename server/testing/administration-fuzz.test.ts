import { expect, test } from "bun:test";
import type { AdminRole, Entry, Grant } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type Province } from "#protocol/ids";
import { MASS, type Order, type OrderAct } from "#protocol/order";
import { verifyNow } from "../auth/verify.ts";
import { Administration } from "../domain/administration/administration.ts";
import { AppError } from "../domain/error.ts";
import { InvitationDesk } from "../domain/enrolment/invitations.ts";
import { WaveBook } from "../domain/enrolment/wave-book.ts";
import { random } from "./cluster-fuzz.ts";
import { Member } from "./cluster.ts";
import { type Administrator, administrator, person, signed, words } from "./directory-provinces.ts";
import { tablesOf } from "./directory-tables.ts";
import { MemoryNetwork } from "./memory-links.ts";
import { MemoryStore } from "./memory-store.ts";
import { yesTo } from "./yes-to.ts";

const PROVINCES: Province[] = ["pb", "is"];
const HOUR = 3600_000;
const STEPS = 600;
const ADMINISTRATORS = 6;
const UNITS = ["dept", "district", "dept2"];
const UNDER: Record<string, string[]> = { dept: ["dept", "district"], district: ["district"], dept2: ["dept2"] };

/** One seeded morning of administrators who order whatever comes to mind, allowed or not, and repeat and approve at random. */
async function morning(seed: number) {
  const rng = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(rng() * list.length)] as T;
  let time = Date.UTC(2026, 10, 22, 9);
  const now = () => time;
  const network = new MemoryNetwork(PROVINCES);
  const [home, away] = PROVINCES.map((p) => new Member(new MemoryStore({ province: p }), PROVINCES, network, now)) as [
    Member,
    Member,
  ];
  for (const member of [home, away]) await member.start();
  const { store, directory } = home;
  const desk = new Administration({
    ...{ store, directory, now, verify: verifyNow, waves: new WaveBook(store, now) },
    invitations: new InvitationDesk({ store, now, origin: () => "https://pb.example" }),
    ...{ sessions: () => [], online: () => new Set<string>(), secured: () => false },
  });

  const staff: Administrator[] = [];
  const entries: Entry[] = UNITS.map((id) => ({
    unit: { id, province: "pb", parent: id === "district" ? "dept" : null, kind: "office", name: words(id) },
  }));
  const enter = (unitId: string, role?: AdminRole, scope: Grant["scope"] = { province: "pb" }) => {
    const one = administrator(mintId(time++), "pb");
    one.person = person(one.person.id, "pb", { unitId });
    staff.push(one);
    entries.push({ person: one.person }, { device: one.device });
    if (role) entries.push({ grant: { id: mintId(time++), person: one.person.id, role, scope, from: 0, to: null } });
  };
  for (let i = 0; i < 3; i++) enter("dept2", "provincial");
  enter("dept", "nodal", { unit: "dept" });
  enter("district", "nodal", { unit: "district" });
  enter("dept2", "auditor");
  for (let i = 0; i < 14; i++) enter(pick(UNITS));
  for (const entry of entries) await store.write(DIRECTORY_ROOM, (tx) => directory.issue(tx, "operator", [entry]));
  const firstGrants = new Set(store.tables.offices.grants("pb").map(({ id }) => id));
  const known = new Set(staff.map((one) => one.person.id));

  const orders: Order[] = [];
  const act = (): OrderAct => {
    // Mostly ordinary people: administrators who shut each other out have little to do.
    const one = rng() < 0.95 ? pick(staff.slice(ADMINISTRATORS)) : pick(staff);
    const id = one.person.id;
    const some = () => [
      ...new Set(
        Array.from(
          { length: 1 + Math.floor(rng() * 3) },
          () => pick(staff.slice(rng() < 0.98 ? ADMINISTRATORS : 0)).person.id,
        ),
      ),
    ];
    const entry = store.person(id) ?? one.person;
    const fresh = person(mintId(time++), "pb", { unitId: pick(UNITS) });
    const role = pick<AdminRole>(["nodal", "provincial", "auditor", "federal"]);
    const scope = pick<Grant["scope"]>([{ province: "pb" }, { unit: pick(UNITS) }, { province: "is" }]);
    return pick<() => OrderAct>([
      () => ({ do: "put", entries: [{ person: { ...entry, unitId: pick(UNITS), grade: 17 } }] }),
      () => ({ do: "put", entries: [{ person: fresh }, { person: entry }] }),
      () => ({ do: "state", people: some(), state: pick(["active", "retired", "removed"] as const) }),
      () => ({
        ...{ do: "state", people: some(), state: pick(["active", "retired", "removed"] as const) },
        from: time + Math.floor(rng() * HOUR),
      }),
      () => ({ do: "grant", grant: { id: mintId(time++), person: id, role, scope, from: 0, to: null } }),
      () => ({ do: "ungrant", grant: pick(store.tables.offices.grants("pb")).id }),
      () => ({ do: "revoke", devices: [one.device.id] }),
      () => ({ do: "unrevoke", devices: [one.device.id] }),
      () => ({ do: "invite", people: some(), validMs: HOUR, way: "show" }),
      () => (orders.length > 0 ? yesTo(pick(orders)) : { do: "approve", order: mintId(time) }),
      () => ({ do: "approve", order: orders.at(-1)?.id ?? mintId(time) }),
      () => ({ do: "refuse", order: orders.length > 0 ? pick(orders).id : mintId(time) }),
    ])();
  };

  const waiting: Order[] = [];
  /** Clocks are off, some by more than they may be. */
  const off = () => Math.floor((rng() - 0.5) * 22 * 60_000);
  const done: { order: Order; at: number; alone: number }[] = [];
  const unitsBefore = () => new Map([...known].map((id) => [id, store.person(id)]));
  desk.dated.start(
    (what, cause) => home.alarms.push(`${what} ${cause}`),
    () => () => {},
  );
  for (let step = 0; step < STEPS; step++) {
    time += Math.floor(rng() * 60_000);
    // Whose day has come since is done between the others' orders.
    desk.dated.look();
    await desk.dated.settled();
    const seconds = waiting.length > 0 && rng() < 0.25;
    const by = seconds ? pick(staff.slice(0, 3)) : pick(staff.slice(0, rng() < 0.7 ? ADMINISTRATORS : staff.length));
    const again = orders.length > 0 && rng() < 0.1;
    const order = again ? pick(orders) : signed(by, time + off(), seconds ? yesTo(pick(waiting)) : act());
    orders.push(order);
    const before = unitsBefore();
    const nodal = desk.rolesOf(order.person).filter(({ role }) => role === "nodal");
    const full = desk.rolesOf(order.person).some(({ role }) => role === "provincial");
    try {
      const answer = await desk.order({ person: order.person, device: order.device }, order);
      if (!again && answer.state === "waiting") waiting.push(order);
      if (again || answer.state !== "done") continue;
      const alone = order.act.do === "state" ? answer.before.length : 0;
      done.push({ order, at: time, alone });
      // Whoever has no role but that of a nodal officer stays within its units, before and after.
      if (full || order.act.do !== "put") continue;
      const reach = new Set(nodal.flatMap(({ scope }) => ("unit" in scope ? (UNDER[scope.unit] as string[]) : UNITS)));
      for (const each of order.act.entries) {
        const { id } = (each as { person: { id: string } }).person;
        expect(reach).toContain(store.person(id)?.unitId as string);
        if (before.has(id)) expect(reach).toContain(before.get(id)?.unitId as string);
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  time += HOUR;
  desk.dated.look();
  await desk.dated.settled();
  await desk.dated.stop();
  for (let i = 0; i < 60; i++) {
    time += 500;
    for (const member of [home, away]) member.turn();
    for (let n = 0; n < 8; n++) await new Promise((resolve) => setImmediate(resolve));
    for (let n = 0; n < 5_000 && network.pending() > 0; n++) await network.deliver(rng);
  }
  return { home, away, done, firstGrants };
}

for (const seed of [1, 2, 3, 4])
  test(`seed ${seed}: what is sequenced is what every replica takes, and no one alone does what takes two (R82, R93)`, async () => {
    const { home, away, done, firstGrants } = await morning(seed);
    const log = home.store.tables.audit.entries(1, 10_000).filter(({ kind }) => kind === "order");
    expect(log.length).toBeGreaterThan(40);
    expect(log.filter(({ facts }) => facts.second).length).toBeGreaterThan(3);
    expect(log.filter(({ facts }) => facts.from && facts.do === "state").length).toBeGreaterThan(0);
    expect(home.store.tables.orders.nextDated()).toBeUndefined();
    expect(tablesOf(away.store, PROVINCES)).toEqual(tablesOf(home.store, PROVINCES));
    expect([...home.alarms, ...away.alarms]).toEqual([]);

    const two = new Set(["grant", "ungrant", "unrevoke"]);
    for (const { facts } of log.filter((entry) => two.has(String(entry.facts.do)))) {
      expect(facts.second).toBeString();
      expect(facts.second).not.toBe(facts.given as string);
      expect(facts.second).not.toBe((facts.person ?? null) as string);
    }
    for (const { id, person: whom } of home.store.tables.offices.grants("pb")) {
      if (firstGrants.has(id)) continue;
      const given = log.find(({ facts }) => facts.grant === id && facts.do === "grant");
      expect([given?.facts.given, given?.facts.second]).not.toContain(whom);
    }
    for (const { order, at } of done) {
      const within = done.filter(
        (other) => other.order.person === order.person && other.at > at - HOUR && other.at <= at,
      );
      expect(within.reduce((sum, { alone }) => sum + alone, 0)).toBeLessThanOrEqual(MASS);
    }
  });
