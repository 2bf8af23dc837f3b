import { expect, test } from "bun:test";
import { check, clean, type Evidence, type RoomReplica, type Stored } from "./fleet-check.ts";

const IS = "is-aaaaaaaaa";
const PB = "pb-bbbbbbbbb";
const event = (origin: string, n: number, stamp: number): Stored => ({
  id: `${origin}-${n}`,
  origin,
  n,
  stamp,
  draft: `draft ${origin} ${n}`,
});
const LOG = [event(IS, 1, 10), event(PB, 1, 20), event(IS, 2, 30), event(PB, 2, 40)];
const replica = (): RoomReplica => ({
  events: LOG.map((one) => ({ ...one })),
  heads: { [IS]: { base: 0, n: 2, hash: "a2" }, [PB]: { base: 0, n: 2, hash: "b2" } },
});

/** A run in which all went well: room r in is and pb, and sd without a member. */
const good = () => {
  const is = replica();
  const pb = replica();
  const shown = {
    person: "p1",
    room: "r",
    since: 0,
    events: LOG.map((one) => ({ ...one })),
    complaints: [] as string[],
  };
  const since = new Map([
    ["is", 0],
    ["pb", 0],
  ]);
  const evidence = {
    rooms: new Map([["r", since]]),
    replicas: new Map([
      ["is", new Map([["r", is]])],
      ["pb", new Map([["r", pb]])],
      ["sd", new Map<string, RoomReplica>()],
    ]),
    promised: LOG.map((one) => ({ ...one, room: "r" })),
    shown: [shown],
    found: [{ room: "r", province: "is", file: "shard-0.db" }],
  } satisfies Evidence;
  return { is, pb, since, shown, evidence };
};

test("a good run is clean", () => {
  const verdict = check(good().evidence);
  expect(verdict.findings).toEqual([]);
  expect(clean(verdict)).toBe(true);
});

test("an acknowledged event that one province lacks at its end is lost", () => {
  const { pb, evidence } = good();
  pb.events.pop();
  pb.heads[PB] = { base: 0, n: 1, hash: "b1" };
  expect(check(evidence).lost).toBeGreaterThan(0);
});

test("an acknowledged event that every province lacks is lost", () => {
  const { is, pb, shown, evidence } = good();
  for (const one of [is, pb]) {
    one.events.pop();
    one.heads[PB] = { base: 0, n: 1, hash: "b1" };
  }
  shown.events.pop();
  expect(check(evidence).lost).toBe(2);
});

test("a hole in the middle is lost, though nobody was promised anything", () => {
  const { is, evidence } = good();
  is.events.splice(0, 1);
  expect(check({ ...evidence, promised: [], shown: [] }).lost).toBeGreaterThan(0);
});

test("a head that vouches for events that are not there is lost", () => {
  const { is, pb, evidence } = good();
  for (const one of [is, pb]) one.events = one.events.filter((e) => e.origin === IS);
  expect(check({ ...evidence, promised: [], shown: [] }).lost).toBe(4);
});

test("one id under two numbers is doubled", () => {
  const { is, pb, evidence } = good();
  for (const one of [is, pb]) {
    one.events.push({ ...event(PB, 3, 50), id: `${PB}-1`, draft: `draft ${PB} 1` });
    one.heads[PB] = { base: 0, n: 3, hash: "b3" };
  }
  expect(check(evidence).duplicated).toBe(2);
});

test("a draft that two provinces accepted is no double, but an id with two meanings is", () => {
  const { is, pb, evidence } = good();
  const twin = { ...event(PB, 3, 50), id: `${IS}-1`, draft: `draft ${IS} 1` };
  for (const one of [is, pb]) {
    one.events.push(twin);
    one.heads[PB] = { base: 0, n: 3, hash: "b3" };
  }
  const verdict = check({ ...evidence, promised: [...evidence.promised, { ...twin, room: "r" }] });
  expect(verdict).toMatchObject({ findings: [], twins: 2 });
  twin.draft = "something else";
  expect(check(evidence).duplicated).toBe(2);
});

test("one number twice is doubled", () => {
  const { is, evidence } = good();
  is.events.push({ ...event(IS, 2, 31), id: "another" });
  expect(check(evidence).duplicated).toBeGreaterThan(0);
});

test("an event that stands elsewhere in another province is misordered", () => {
  const { pb, evidence } = good();
  (pb.events[0] as Stored).stamp = 25;
  expect(check(evidence).misordered).toBeGreaterThan(0);
});

test("another record under the same number is misordered", () => {
  const { pb, evidence } = good();
  (pb.events[1] as Stored).draft = "forged";
  expect(check(evidence)).toMatchObject({ lost: 0, duplicated: 0, misordered: 1 });
});

test("hashes that differ at the same number are misordered", () => {
  const { pb, evidence } = good();
  pb.heads[IS] = { base: 0, n: 2, hash: "??" };
  expect(check(evidence)).toMatchObject({ lost: 0, duplicated: 0, misordered: 1 });
});

test("a promise of another place is misordered", () => {
  const { evidence } = good();
  (evidence.promised[0] as { n: number }).n = 7;
  expect(check(evidence)).toMatchObject({ lost: 0, misordered: 2 });
});

test("events in a province without members have strayed", () => {
  const { evidence } = good();
  evidence.replicas.get("sd")?.set("r", replica());
  expect(check(evidence)).toMatchObject({ lost: 0, strayed: 1 });
});

test("a canary in a file of a province without members has strayed", () => {
  const { evidence } = good();
  evidence.found.push({ room: "r", province: "sd", file: "nats/1.blk" });
  expect(check(evidence)).toMatchObject({ lost: 0, strayed: 1 });
});

test("what a client was never given is lost, given twice doubled, in another order misordered", () => {
  for (const [change, what] of [
    [(events: unknown[]) => events.pop(), "lost"],
    [(events: unknown[]) => events.shift(), "lost"],
    [(events: unknown[]) => events.push(events[0]), "duplicated"],
    [(events: unknown[]) => events.reverse(), "misordered"],
  ] as const) {
    const { shown, evidence } = good();
    change(shown.events);
    expect(check(evidence)[what]).toBeGreaterThan(0);
  }
});

test("a client's own complaint counts", () => {
  const { shown, evidence } = good();
  shown.complaints.push("2 came before 1");
  expect(check(evidence).misordered).toBe(1);
});

test("what the policy withholds from a late province or a late member is not missed, and must not be there", () => {
  const { pb, since, shown, evidence } = good();
  since.set("pb", 30);
  expect(check(evidence).strayed).toBe(2);
  pb.events = pb.events.filter((one) => one.stamp >= 30);
  pb.heads = { [IS]: { base: 1, n: 2, hash: "a2" }, [PB]: { base: 1, n: 2, hash: "b2" } };
  shown.since = 30;
  shown.events = shown.events.slice(2);
  expect(check(evidence).findings).toEqual([]);
  since.set("pb", 0);
  expect(check(evidence).lost).toBeGreaterThan(0);
});
