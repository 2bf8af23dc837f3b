import { afterEach, expect, test } from "bun:test";
import { beginOrder, type CallOrder, nextOrder, type OrderedAct } from "#protocol/call-order";
import { mintId } from "#protocol/ids";
import { openingOf } from "../domain/calls/leg-state.ts";
import {
  BEGIN,
  LIAR,
  lie,
  lyingLeg,
  lyingSeat,
  openStage,
  rulesOf,
  seenOf,
  type Stage,
  WORST,
} from "../testing/call-adversary/lies.ts";
import { person, ROOM } from "./caller-under-test.ts";

// A province, Balochistan, whose node says what it likes and which has one plain member in the room, beside a call between Punjab and Sindh.

let stage: Stage;
afterEach(() => stage?.all.stop());

const HOUR = 3600_000;
/** Before any honest call, so that it would stand. */
const OLDER = mintId(1);

const say = (...messages: unknown[]) => lie(stage, ...messages);
const seen = () => seenOf(stage);
const sign = (order: Omit<CallOrder, "spki" | "signature">, device = order.device) =>
  stage.all.devices.sign(order, device);

/** Legs of a call that never began, or not so: each way of saying it. */
function beginnings(): [string, Record<string, unknown>][] {
  const { all, ayesha } = stage;
  const { now } = all.clock;
  const entry = (id: string, by: string, at = now) => all.devices.entries.set(id, { by, at });
  const id = (n: number) => mintId(1 + n);
  all.devices.enter(LIAR.device, LIAR.person);
  all.devices.enter(person("revoked"), LIAR.person);
  all.devices.revoked.add(person("revoked"));
  const own = (call: string, changes: Partial<CallOrder> = {}, device?: string) =>
    openingOf(sign({ ...beginOrder(LIAR, call, { ...BEGIN, sealed: false }, now), ...changes }, device));
  const hers = { room: ROOM, person: ayesha.person, device: ayesha.device };
  entry(id(2), ayesha.person);
  entry(id(3), LIAR.person, now - 10 * 60_000);
  entry(id(4), LIAR.person);
  entry(id(5), ayesha.person);
  entry(id(6), LIAR.person);
  entry(id(7), LIAR.person);
  entry(id(8), LIAR.person, now - 13 * HOUR);
  const unsigned = { kind: "call", media: "video", began: now, order: null };
  return [
    ["signed, and no entry in the room", { opening: own(OLDER) }],
    ["no entry and no signature", { opening: { ...unsigned, id: id(1), by: LIAR.person } }],
    ["another one's message for an entry, signed by the liar", { opening: own(id(2)) }],
    [
      "another one's message for an entry, in her name, unsigned",
      { opening: { ...unsigned, id: id(2), by: ayesha.person } },
    ],
    ["an entry of ten minutes before", { opening: own(id(3)) }],
    ["an entry, and no signature", { opening: { ...unsigned, id: id(4), by: LIAR.person } }],
    [
      "in the host's name by the liar's device",
      { opening: openingOf(sign(beginOrder(hers, id(5), BEGIN, now), LIAR.device)) },
    ],
    ["by a device that is shut out", { opening: own(id(6), { device: person("revoked") }, person("revoked")) }],
    ["of another room", { opening: own(id(7), { room: person("room-two") }) }],
    ["of another day", { opening: own(id(8), { at: now - 13 * HOUR }) }],
    ["the host's own call, begun by the liar", { opening: own(stage.call) }],
    ["the host's own call, unsigned and clear", { opening: { ...unsigned, id: stage.call, by: LIAR.person } }],
  ];
}

test("a call that did not begin so is not merged, whatever is said of it (R181)", async () => {
  stage = await openStage();
  const before = seen();
  for (const [why, changes] of beginnings()) {
    // In a call that is on, the first of its provinces decides where it stands (R52); in none other.
    const { id } = changes.opening as { id: string };
    const place = id === stage.call ? null : { version: 9, by: "ba", place: { mode: "one", at: "ba" } };
    const act = { t: "call", is: "act", room: ROOM, call: id, by: lyingSeat().id };
    const remove = { do: "remove", seat: stage.bilal.seat } as const;
    const order = sign(nextOrder(LIAR, { id }, remove, stage.all.clock.now));
    await say(lyingLeg(stage, [lyingSeat()], { ...changes, rules: rulesOf(WORST), place }), {
      ...act,
      act: remove,
      order,
    });
    expect([why, seen()]).toEqual([why, before]);
    await say({ t: "call", is: "none", room: ROOM });
  }
});

test("an entry that comes later than the leg makes it a call; until then it is none (R181)", async () => {
  stage = await openStage();
  const { all, ayesha } = stage;
  all.devices.enter(LIAR.device, LIAR.person);
  const opening = openingOf(sign(beginOrder(LIAR, OLDER, { ...BEGIN, sealed: false }, all.clock.now)));
  const leg = lyingLeg(stage, [lyingSeat()], { opening });
  await say(leg);
  expect(ayesha.head?.id).toBe(stage.call);
  all.devices.entries.set(OLDER, { by: LIAR.person, at: all.clock.now });
  await say({ ...leg, leg: { ...leg.leg, version: 1_001 } });
  expect(ayesha.head?.id).toBe(OLDER);
  // What is begun beside it takes nothing from it but its id: it stays sealed, and nobody throws out who began it.
  expect(ayesha.head?.rules.sealed).toBe(true);
  const remove = { do: "remove", seat: ayesha.seat } as const;
  const order = sign(nextOrder(LIAR, ayesha.head ?? { id: "" }, remove, all.clock.now));
  await say({ t: "call", is: "act", room: ROOM, call: OLDER, by: lyingSeat().id, act: remove, order });
  expect(ayesha.heard("over")).toEqual([]);
});

/** Orders that do not count: each way of saying one. */
function forgeries(act: Exclude<OrderedAct, { do: "begin" }>): [string, CallOrder | undefined][] {
  const { all, ayesha, call } = stage;
  const { now } = all.clock;
  const hers = { room: ROOM, person: ayesha.person, device: ayesha.device };
  const head = { id: call, orders: ayesha.head?.orders ?? [] };
  const good = sign(nextOrder(hers, head, act, now));
  const elsewhere = { id: OLDER, orders: [] };
  return [
    ["unsigned", undefined],
    ["by one who is no host", sign(nextOrder(LIAR, head, act, now))],
    ["in the host's name by another device", sign(nextOrder({ ...hers, device: LIAR.device }, head, act, now))],
    ["with another one's signature", sign(nextOrder(hers, head, act, now), LIAR.device)],
    ["by a device that is shut out", sign(nextOrder({ ...hers, device: person("revoked") }, head, act, now))],
    ["with another time", { ...good, at: good.at + 60_000 }],
    ["of the time to come", sign(nextOrder(hers, head, act, now + HOUR))],
    ["of another call", sign(nextOrder(hers, elsewhere, act, now))],
    ["of another call, with this one added", { ...sign(nextOrder(hers, elsewhere, act, now)), calls: [call, OLDER] }],
    ["of another room", sign(nextOrder({ ...hers, room: person("room-two") }, head, act, now))],
    ["of another act", { ...sign(nextOrder(hers, head, { do: "lower", seat: null }, now)), act }],
  ];
}

test("a call that all have left is not brought up again beside today's, with who was cohost in it (R181)", async () => {
  stage = await openStage();
  const { all, ayesha, bilal, call } = stage;
  await ayesha.ask({ do: "rank", person: LIAR.person, rank: "cohost" });
  await all.run(200);
  const [begin, ...orders] = ayesha.head?.orders ?? [];
  const opening = begin && openingOf(begin);
  for (const one of [ayesha, bilal]) await one.ask({ do: "leave" });
  await all.run(3 * 60_000);
  const today = mintId(Date.now() + HOUR);
  await bilal.begin(today);
  await all.run(200);
  await ayesha.join();
  await all.run(200);
  const before = seen();
  expect(before[0]?.call).toBe(today);
  await say(lyingLeg(stage, [lyingSeat()], { opening, orders, rules: rulesOf(WORST) }));
  expect(seen()).toEqual(before);
  expect(call < today).toBe(true);
});

test("rules that no host's device signed are not taken, with however high a version (R180, R182)", async () => {
  stage = await openStage();
  const { all } = stage;
  all.devices.enter(LIAR.device, LIAR.person);
  all.devices.enter(person("revoked"), stage.ayesha.person);
  all.devices.revoked.add(person("revoked"));
  const before = seen();
  let version = 1_000;
  for (const act of [
    { do: "unseal" },
    { do: "lock", on: true },
    { do: "lobby", on: true },
    { do: "rank", person: LIAR.person, rank: "cohost" },
  ] as const)
    for (const [why, order] of forgeries(act)) {
      const orders = order ? [order] : [];
      await say(lyingLeg(stage, [lyingSeat()], { version: ++version, orders, rules: rulesOf(WORST) }));
      expect([act.do, why, seen()]).toEqual([act.do, why, before]);
    }
});

test("acts on seats, and the end, are done for no order but a host's own, of now, and once (R183)", async () => {
  stage = await openStage();
  const { all, ayesha, bilal, call } = stage;
  all.devices.enter(LIAR.device, LIAR.person);
  all.devices.enter(person("revoked"), ayesha.person);
  all.devices.revoked.add(person("revoked"));
  await say(lyingLeg(stage, [lyingSeat()]));
  const before = seen();
  const seat = bilal.seat;
  for (const act of [
    { do: "remove", seat },
    { do: "mute", seat, track: "mic" },
    { do: "mute", seat: null, track: "camera" },
    { do: "ask", seat, track: "mic" },
    { do: "lower", seat },
  ] as const)
    for (const [why, order] of forgeries(act)) {
      for (const by of [lyingSeat().id, ayesha.seat])
        await say({ t: "call", is: "act", room: ROOM, call, by, act, ...(order && { order }) });
      expect([act.do, why, seen()]).toEqual([act.do, why, before]);
    }
  for (const [why, order] of forgeries({ do: "end" })) {
    await say({ t: "call", is: "ended", room: ROOM, call, ...(order && { order }) });
    expect([why, seen()]).toEqual([why, before]);
  }
});

test("an order of the host is not done again when somebody kept it, nor by another province's mouth (R183)", async () => {
  stage = await openStage();
  const { all, ayesha, bilal, call } = stage;
  const kept: unknown[] = [];
  all.channel.port("sd").listen((from, message) => {
    if (from === "pb" && (message as { is?: string }).is === "act") kept.push(message);
  });
  await ayesha.ask({ do: "mute", seat: bilal.seat, track: "mic" });
  await all.run(200);
  expect([kept.length, bilal.heard("muted").length]).toEqual([1, 1]);
  await bilal.ask({ do: "tracks", on: ["mic", "camera"] });
  await all.run(100);
  await say(...kept);
  for (const message of kept) all.channel.send("pb", "sd", message);
  await all.run(200);
  // Once the node has forgotten it, it is too old.
  await all.run(11 * 60_000);
  for (const message of kept) all.channel.send("pb", "sd", message);
  await all.run(200);
  expect(bilal.heard("muted")).toHaveLength(1);
  expect(bilal.seats.get(bilal.seat)?.on).toEqual(["mic", "camera"]);
  expect(call).toBe(ayesha.head?.id as string);
});

test("an order that stands is not undone by another one under its signature (R182)", async () => {
  stage = await openStage();
  const { all, ayesha, bilal } = stage;
  await ayesha.ask({ do: "lock", on: true });
  await ayesha.ask({ do: "lobby", on: true });
  await ayesha.ask({ do: "rank", person: bilal.person, rank: "cohost" });
  await all.run(200);
  const before = seen();
  expect(before[0]?.rules).toMatchObject({ locked: true, lobby: true, ranks: { [bilal.person]: "cohost" } });
  const [begin, ...orders] = ayesha.head?.orders ?? [];
  let version = 1_000;
  for (const bend of [
    (order: CallOrder) => ({ ...order, at: order.at + 1 }),
    (order: CallOrder) => ({ ...order, at: 0 }),
    (order: CallOrder) => ({ ...order, calls: [OLDER] }),
    (order: CallOrder) => ({ ...order, person: LIAR.person, device: LIAR.device }),
    (order: CallOrder) => ({ ...order, act: { do: "lock" as const, on: false } }),
    (order: CallOrder) => ({ ...order, act: { ...BEGIN, sealed: false } }),
    (order: CallOrder) => ({ ...order, spki: stage.all.devices.spkiOf(LIAR.device) }),
  ]) {
    const opening = begin && { ...openingOf(begin), order: bend(begin) };
    await say(lyingLeg(stage, [lyingSeat()], { version: ++version, orders: orders.map(bend) }));
    await say(lyingLeg(stage, [lyingSeat()], { version: ++version, opening, orders: orders.map(bend) }));
    expect(seen()).toEqual(before);
  }
});

test("what a host took back does not come again with an older order, whoever brings it (R182)", async () => {
  stage = await openStage();
  const { all, ayesha, bilal } = stage;
  await ayesha.ask({ do: "lock", on: true });
  await ayesha.ask({ do: "rank", person: bilal.person, rank: "cohost" });
  await all.run(200);
  const old = ayesha.head?.orders ?? [];
  await all.run(1_000);
  await ayesha.ask({ do: "lock", on: false });
  await ayesha.ask({ do: "rank", person: bilal.person, rank: "member" });
  await all.run(200);
  const before = seen();
  expect(before[0]?.rules).toMatchObject({ locked: false, ranks: {} });
  await say(lyingLeg(stage, [lyingSeat()], { version: 5_000, orders: old, rules: rulesOf(WORST) }));
  expect(seen()).toEqual(before);
});

test("who is cohost no longer orders nothing more; what they locked stays locked until a host opens it (R182)", async () => {
  stage = await openStage();
  const { all, ayesha, bilal } = stage;
  await ayesha.ask({ do: "rank", person: bilal.person, rank: "cohost" });
  await all.run(200);
  await bilal.ask({ do: "lock", on: true });
  await all.run(1_000);
  await ayesha.ask({ do: "rank", person: bilal.person, rank: "member" });
  await all.run(200);
  expect(await bilal.refusal({ do: "lock", on: false })).toBe("forbidden");
  const order = bilal.order({ do: "lobby", on: true });
  await say(lyingLeg(stage, [lyingSeat()], { orders: [order] }));
  expect(ayesha.head?.rules).toMatchObject({ locked: true, lobby: false });
  await ayesha.ask({ do: "lock", on: false });
  await all.run(200);
  expect(bilal.head?.rules.locked).toBe(false);
});

test("a host's order is passed on by any node that has it, also where the host's own node has died (R182)", async () => {
  stage = await openStage();
  const { all, ayesha, bilal } = stage;
  await ayesha.ask({ do: "lock", on: true });
  await all.run(200);
  const { loss } = all.channel;
  all.channel.loss = 1;
  all.node("pb").stop();
  all.channel.loss = loss;
  all.node("pb").start();
  await all.run(10_000);
  expect(bilal.head?.rules.locked).toBe(true);
  const owner = all.node("pb").client("owner");
  await all.run(5_000);
  expect(owner.head?.rules.locked).toBe(true);
});

test("an act that is not signed is told to load the page again, and changes nothing (R186)", async () => {
  stage = await openStage();
  const { ayesha, bilal } = stage;
  const { node } = ayesha;
  const before = seen();
  const seat = bilal.seat;
  for (const act of [
    { do: "lock", on: true },
    { do: "lobby", on: true },
    { do: "unseal" },
    { do: "end" },
    { do: "rank", person: bilal.person, rank: "cohost" },
    { do: "remove", seat },
    { do: "mute", seat, track: "mic" },
    { do: "ask", seat, track: "mic" },
    { do: "lower", seat },
  ] as const)
    await expect(node.conference.take(ayesha, ROOM, act, [])).rejects.toMatchObject({ code: "update" });
  await stage.all.run(500);
  expect(seen()).toEqual(before);
});
