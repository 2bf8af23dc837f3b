import { expect, test } from "bun:test";
import type { Entry } from "#protocol/directory";
import { mintId } from "#protocol/ids";
import { MASS, type OrderAct } from "#protocol/order";
import { openSigner } from "../../auth/province-key.ts";
import { verifyNow } from "../../auth/verify.ts";
import { administrator, bodiesOf, issue, person, provincial, signed } from "../../testing/directory-provinces.ts";
import { openHouse, refusal } from "../../testing/house-under-test.ts";
import { sealer } from "../audit/seal.ts";
import { InvitationDesk } from "../enrolment/invitations.ts";
import { WaveBook } from "../enrolment/wave-book.ts";
import { Administration } from "./administration.ts";
import { Operator } from "./operator.ts";
import { yesTo } from "../../testing/yes-to.ts";

const HOUR = 3600_000;
const DAY = 24 * HOUR;

async function open() {
  const house = openHouse("pb");
  const { store, directory, wall } = house;
  const now = () => wall.ms;
  store.tables.audit.sealWith(sealer("pb", openSigner(store.secrets), verifyNow));
  const [one, two] = [administrator(mintId(1), "pb"), administrator(mintId(3), "pb")];
  const people = Array.from({ length: 14 }, (_, i) => person(mintId(100 + i), "pb"));
  await issue(
    house,
    ...[one, two].flatMap((each): Entry[] => [{ person: each.person }, { device: each.device }]),
    ...[{ grant: provincial("g1", one) }, { grant: provincial("g2", two) }],
    ...people.map((each) => ({ person: each })),
  );
  const sleeps: { work: () => void; ms: number }[] = [];
  const alarms: unknown[] = [];
  const around = {
    ...{ store, directory, now, verify: verifyNow, waves: new WaveBook(store, now) },
    invitations: new InvitationDesk({ store, now, origin: () => "https://pb.example" }),
    ...{ sessions: () => [], online: () => new Set<string>(), secured: () => false },
  };
  const begin = () => {
    const desk = new Administration(around);
    desk.dated.start(
      (what, cause) => alarms.push(`${what} ${cause}`),
      (work, ms) => {
        const sleep = { work, ms };
        sleeps.push(sleep);
        return () => void (sleeps.includes(sleep) && sleeps.splice(sleeps.indexOf(sleep), 1));
      },
    );
    return desk;
  };
  let desk = begin();
  await desk.dated.settled();
  const give = (who: typeof one, act: OrderAct) => {
    const order = signed(who, wall.ms, act);
    wall.ms++;
    return { id: order.id, order, answer: desk.order({ person: who.person.id, device: who.device.id }, order) };
  };
  const state = (people: string[], from: number, state: "retired" | "removed" | "active" = "retired"): OrderAct => ({
    ...{ do: "state", people, state, from },
  });
  return {
    ...{ house, store, wall, one, two, sleeps, alarms, give, state },
    ids: people.map(({ id }) => id),
    stateOf: (id: string | undefined) => store.person(id ?? "")?.state ?? "active",
    kept: (id: string) => store.tables.orders.order(id),
    audit: () => store.tables.audit.entries(1, 1000).filter(({ kind }) => kind.startsWith("order")),
    operator: () => new Operator(around, desk.tokens, desk.dated),
    /** Time passes, and whoever sleeps until then wakes. */
    async pass(ms: number) {
      wall.ms += ms;
      for (const { work } of sleeps.splice(0)) work();
      await desk.dated.settled();
    },
    async restart(ms = 0) {
      await desk.dated.stop();
      wall.ms += ms;
      desk = begin();
      await desk.dated.settled();
    },
  };
}

test("a dated order is kept, carried out on its day as it was signed, and undone like any other (R100)", async () => {
  const { house, ids, wall, one, give, state, stateOf, kept, audit, pass, sleeps, alarms } = await open();
  const from = wall.ms + 3 * DAY;
  const before = bodiesOf(house).length;
  const given = give(one, state([ids[0] as string], from));
  expect(await given.answer).toEqual({ state: "dated", from });
  expect(kept(given.id)?.state).toBe("dated");
  expect(bodiesOf(house)).toHaveLength(before);
  expect(audit()).toMatchObject([{ kind: "order-dated", by: { person: one.person.id }, facts: { order: given.id } }]);
  // One timer, and never longer than an hour.
  expect(sleeps.map(({ ms }) => ms)).toEqual([HOUR]);
  await pass(3 * DAY - 2);
  expect(stateOf(ids[0])).toBe("active");
  expect(sleeps.map(({ ms }) => ms)).toEqual([1]);
  await pass(1);
  expect(stateOf(ids[0])).toBe("retired");
  expect(sleeps).toEqual([]);
  expect(bodiesOf(house).slice(before)).toMatchObject([{ body: { order: { id: given.id, act: { from } } } }]);
  expect(audit().map(({ kind }) => kind)).toEqual(["order-dated", "order"]);
  expect(kept(given.id)).toMatchObject({ state: "done", answer: { before: [{ person: { id: ids[0] } }] } });
  await give(one, { do: "state", people: [ids[0] as string], state: "active", undoes: given.id }).answer;
  expect(stateOf(ids[0])).toBe("active");
  expect(alarms).toEqual([]);
});

test("what came while the node was off is made up for at the start, the earliest first", async () => {
  const { ids, wall, one, give, state, stateOf, restart, audit } = await open();
  const [a = "", b = ""] = ids;
  const late = give(one, state([a], wall.ms + 5 * DAY, "removed"));
  await late.answer;
  const early = give(one, state([a, b], wall.ms + 2 * DAY));
  await early.answer;
  await restart(DAY);
  expect([stateOf(a), stateOf(b)]).toEqual(["active", "active"]);
  await restart(90 * DAY);
  expect([stateOf(a), stateOf(b)]).toEqual(["removed", "retired"]);
  expect(audit().flatMap(({ kind, facts }) => (kind === "order" ? [facts.order] : []))).toEqual([early.id, late.id]);
});

test("too far ahead, on oneself, and for a day that has come", async () => {
  const { ids, wall, one, two, give, state, stateOf, store } = await open();
  const [a = "", b = ""] = ids;
  expect(await refusal(give(one, state([a], wall.ms + 800 * DAY)).answer)).toBe("fix");
  expect(await refusal(give(one, state([one.person.id], wall.ms + DAY)).answer)).toBe("forbidden");
  expect(await give(one, state([a], wall.ms)).answer).toMatchObject({ state: "done" });
  expect(stateOf(a)).toBe("retired");
  const own = give(two, state([b], wall.ms + DAY));
  expect(await own.answer).toMatchObject({ state: "dated" });
  expect(store.tables.orders.datedOf(b).map(({ order }) => order.id)).toEqual([own.id]);
});

test("it is called off by its giver or another administrator, and by nobody whom it is on", async () => {
  const { ids, wall, one, two, give, state, stateOf, pass, audit, kept, store } = await open();
  const [a = "", b = ""] = ids;
  const [first, second] = [give(one, state([a], wall.ms + DAY)), give(one, state([b], wall.ms + DAY))];
  await Promise.all([first.answer, second.answer]);
  expect(await refusal(give(two, yesTo(first.order)).answer)).toBe("conflict");
  expect(await give(one, { do: "refuse", order: first.id }).answer).toMatchObject({ state: "done" });
  expect(await give(two, { do: "refuse", order: second.id }).answer).toMatchObject({ state: "done" });
  expect(await refusal(give(two, { do: "refuse", order: second.id }).answer)).toBe("conflict");
  await pass(2 * DAY);
  expect([stateOf(a), stateOf(b)]).toEqual(["active", "active"]);
  expect(kept(second.id)).toMatchObject({ state: "refused", second: two.person.id });
  expect(audit().map(({ kind }) => kind)).toEqual(["order-dated", "order-dated", "order-refused", "order-refused"]);
  expect(store.tables.orders.datedOf(a)).toEqual([]);
  // On an administrator it waits for the second word first; whom it is on calls nothing off.
  const on = give(one, state([two.person.id], wall.ms + DAY));
  expect(await on.answer).toMatchObject({ state: "waiting" });
  expect(await refusal(give(two, { do: "refuse", order: on.id }).answer)).toBe("forbidden");
});

test("judged again on its day: it ends where its giver has lost the role, and stands where only the device is gone", async () => {
  const { house, ids, wall, one, two, give, state, stateOf, pass, audit, kept } = await open();
  const [a = "", b = ""] = ids;
  const [lost, stands] = [give(one, state([a], wall.ms + DAY)), give(two, state([b], wall.ms + DAY))];
  await Promise.all([lost.answer, stands.answer]);
  await issue(house, { grant: { ...provincial("g1", one), ended: true } });
  await issue(house, { device: { ...two.device, revoked: true, turn: 1 } });
  await pass(DAY);
  expect([stateOf(a), stateOf(b)]).toEqual(["active", "retired"]);
  expect(kept(lost.id)).toMatchObject({ state: "refused", why: "Your roles do not allow this order." });
  expect(audit().find(({ kind }) => kind === "order-refused")).toMatchObject({
    by: { node: "pb" },
    facts: { order: lost.id, given: one.person.id, why: "Your roles do not allow this order." },
  });
});

test("who has retired already is left out, and who was removed meanwhile stays so", async () => {
  const { house, ids, wall, one, give, state, stateOf, pass, kept } = await open();
  const [a = "", b = "", c = ""] = ids;
  const given = give(one, state([a, b, c], wall.ms + DAY));
  await given.answer;
  await issue(house, { person: person(a, "pb", { state: "retired" }) });
  await issue(house, { person: person(b, "pb", { state: "removed" }) });
  await pass(DAY);
  expect([a, b, c].map(stateOf)).toEqual(["retired", "removed", "retired"]);
  expect(kept(given.id)?.answer).toMatchObject({ state: "done", before: [{ person: { id: c } }] });
});

test("many need a second word when it is given, counted with what else was ordered within the hour (R93)", async () => {
  const { ids, wall, one, two, give, state, stateOf, pass, kept } = await open();
  const from = wall.ms + 30 * DAY;
  expect(await give(one, state(ids.slice(0, MASS), from)).answer).toMatchObject({ state: "dated" });
  const more = give(one, state(ids.slice(MASS), from));
  expect(await more.answer).toMatchObject({ state: "waiting" });
  const yes = give(two, yesTo(more.order));
  expect(await yes.answer).toEqual({ state: "dated", from });
  expect(kept(more.id)).toMatchObject({ state: "dated", second: two.person.id });
  await pass(30 * DAY);
  expect(ids.map(stateOf)).toEqual(ids.map(() => "retired"));
  expect(kept(more.id)).toMatchObject({ state: "done", second: two.person.id });
  // On its own day, weeks later, it counts no more.
  const back: OrderAct = { do: "state", people: [ids[0] as string], state: "active" };
  expect(await give(one, back).answer).toMatchObject({ state: "done" });
});

test("a second word that comes after the day carries it out at once", async () => {
  const { ids, wall, one, two, give, state, stateOf } = await open();
  const many = give(one, state(ids, wall.ms + DAY));
  expect(await many.answer).toMatchObject({ state: "waiting" });
  wall.ms += 2 * DAY;
  expect(await give(two, yesTo(many.order)).answer).toMatchObject({ state: "done" });
  expect(ids.map(stateOf)).toEqual(ids.map(() => "retired"));
});

test("the operator's is kept likewise, issued on its day, and called off by the operator alone or an administrator", async () => {
  const { ids, wall, one, give, state, stateOf, pass, kept, store, operator } = await open();
  const [a = "", b = "", c = ""] = ids;
  const dated = async (id: string) => (await operator().act("root", state([id], wall.ms + DAY))).dated?.order as string;
  const [first, second, third] = [await dated(a), await dated(b), await dated(c)];
  const theirs = give(one, state([a], wall.ms + DAY));
  await theirs.answer;
  expect(await refusal(operator().act("root", { do: "refuse", order: theirs.id }))).toBe("forbidden");
  await operator().act("root", { do: "refuse", order: second });
  await give(one, { do: "refuse", order: third }).answer;
  expect(await operator().list("root", { list: "orders", state: "dated" })).toMatchObject([
    { order: { id: theirs.id } },
    { order: { id: first }, operator: "root" },
  ]);
  expect(await refusal(operator().act("root", state([one.person.id], wall.ms + DAY)))).toBe("forbidden");
  await pass(DAY);
  expect([a, b, c].map(stateOf)).toEqual(["retired", "active", "active"]);
  expect(kept(first)).toMatchObject({ state: "done", operator: "root" });
  expect(store.tables.audit.entries(1, 100).find(({ kind }) => kind === "operator")).toMatchObject({
    ...{ by: { operator: "root" }, facts: { order: first, state: "retired" } },
  });
});
