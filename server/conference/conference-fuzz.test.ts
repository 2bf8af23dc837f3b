import { expect, test } from "bun:test";
import { beginOrder, type CallOrder, nextOrder } from "#protocol/call-order";
import { mintId } from "#protocol/ids";
import { openingOf } from "../domain/calls/leg-state.ts";
import { LIAR, lyingLeg, lyingSeat, rulesOf, WORST } from "../testing/call-adversary/lies.ts";
import { TestProvinces } from "./calls-under-test.ts";
import { ROOM, TestClient } from "./caller-under-test.ts";

// A shared machine takes its time over so many lives.

const PROVINCES = ["is", "pb", "sd"] as const;
const SEEDS = Number(process.env.CALL_SEEDS ?? 20);

/** mulberry32: a small generator, so that a seed tells the whole run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What people and the world do, at random: come, go, rule, lose sockets, gateways and links. */
async function turmoil(all: TestProvinces, clients: TestClient[], random: () => number): Promise<void> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const one = pick(clients);
  const quietly = (work: Promise<unknown>) => work.catch((error) => expect(error.code).toBeString());
  const what = random();
  if (what < 0.2) await quietly(one.begin(mintId(1_800_000_000_000 + Math.floor(random() * 1e9))));
  else if (what < 0.35) await quietly(one.join());
  else if (what < 0.5) await quietly(publish(all, one));
  else if (what < 0.6) await quietly(one.want(...clients.map(({ seat }) => seat).filter((seat) => seat !== "")));
  else if (what < 0.65) await quietly(one.ask({ do: "leave" }));
  else if (what < 0.7) await quietly(one.ask({ do: "lock", on: random() < 0.3 }));
  else if (what < 0.72) await quietly(one.ask({ do: "end" }));
  else if (what < 0.8) all.channel.cut(pick(PROVINCES), pick(PROVINCES), random() < 0.5);
  else if (what < 0.83) all.gateway(pick(PROVINCES)).die();
  else if (what < 0.88) {
    const gateway = all.gateway(pick(PROVINCES));
    if (gateway.state().at === "down") gateway.restart();
  } else if (what < 0.9) crash(all, pick(PROVINCES));
  else if (what < 0.93 && one.seat !== "") await quietly(comeBack(clients, one));
  else if (what < 0.97) lieAtRandom(all, clients, random);
  else await quietly(one.answerAll());
  await all.run(Math.floor(random() * 800));
}

/** A fourth province's node says whatever could undo the others' calls, with what it heard of their orders, changed or not. */
function lieAtRandom(all: TestProvinces, clients: TestClient[], random: () => number): void {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const heard = clients.flatMap(({ head }) => head?.orders ?? []);
  const bent = heard.map((order) => {
    const how = random();
    if (how < 0.3) return { ...order, at: order.at + Math.floor(random() * 100_000) };
    if (how < 0.5) return { ...order, calls: [mintId(1), ...order.calls] };
    if (how < 0.7) return { ...order, act: pick<CallOrder["act"]>([{ do: "unseal" }, { do: "lock", on: true }]) };
    return order;
  });
  const { now } = all.clock;
  const id = pick([mintId(1), mintId(now), ...clients.flatMap(({ head }) => head?.id ?? [])]);
  const act = { do: "begin", kind: "call", media: "video", lobby: random() < 0.5, sealed: random() < 0.5 } as const;
  const own = openingOf(all.devices.sign(beginOrder(LIAR, id, act, now)));
  const unsigned = { id, kind: "call", media: "video", by: pick(clients).person, began: now, order: null };
  const began = bent.map(openingOf).filter((one) => one !== undefined);
  const opening = pick<object | undefined>([own, unsigned, ...began]);
  const seat = lyingSeat({ id: pick(["f", "e", "d"]).repeat(16), rank: "host" });
  const version = Math.floor(random() * 1e6);
  const orders = bent.filter(() => random() < 0.5);
  const leg = lyingLeg({ call: id }, [seat], { opening, orders, version, rules: rulesOf({ ...WORST, version }) });
  const call = pick(clients).head?.id ?? id;
  const remove = { do: "remove", seat: pick(clients).seat || seat.id } as const;
  const order = pick([...bent, all.devices.sign(nextOrder(LIAR, { id: call, orders: heard }, remove, now))]);
  for (const to of PROVINCES)
    for (const message of [
      leg,
      { t: "call", is: "ended", room: ROOM, call, order },
      { t: "call", is: "act", room: ROOM, call, by: seat.id, act: order.act, order },
    ])
      all.channel.send("ba", to, message);
}

/** The node dies without a word, and is there again with nothing. */
function crash(all: TestProvinces, province: (typeof PROVINCES)[number]): void {
  const node = all.node(province);
  const { loss } = all.channel;
  all.channel.loss = 1;
  node.stop();
  all.channel.loss = loss;
  node.start();
  for (const client of node.clients) {
    client.forget();
    node.conference.greet(client);
  }
}

/** A socket is lost; the device comes back with another one and takes its seat up. */
async function comeBack(clients: TestClient[], lost: TestClient): Promise<void> {
  const { node, seat } = lost;
  lost.gone();
  const again = new TestClient(node, lost.person, lost.device);
  clients[clients.indexOf(lost)] = again;
  node.clients.push(again);
  node.conference.greet(again);
  await again.ask({ do: "resume", seat });
}

/** Publishes, and its media arrives on whichever gateway it stands. */
async function publish(all: TestProvinces, client: TestClient): Promise<void> {
  await client.ask({
    do: "publish",
    life: client.life,
    sdp: "v=0",
    tracks: [
      { mid: "0", track: "mic" },
      { mid: "1", track: "camera" },
    ],
  });
  for (const province of PROVINCES)
    try {
      all.gateway(province).mediaUp(client.seat);
    } catch {
      // It does not stand there.
    }
}

test(`${SEEDS} seeds: three provinces over a channel that loses messages come to one call, as all their people see it`, async () => {
  let met = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = randomOf(seed);
    const all = new TestProvinces([...PROVINCES, "ba"], random);
    all.room("group", "pb:ayesha", "is:bilal", "sd:chand", "pb:dania", "sd:ehsan", "ba:liar");
    all.node("ba").stop();
    all.devices.enter(LIAR.device, LIAR.person);
    all.channel.loss = 0.3;
    const clients = [
      all.node("pb").client("ayesha"),
      all.node("is").client("bilal"),
      all.node("sd").client("chand"),
      all.node("pb").client("dania"),
      all.node("sd").client("ehsan"),
    ];
    for (let step = 0; step < 80; step++) await turmoil(all, clients, random);
    all.channel.loss = 0;
    for (const a of PROVINCES) {
      for (const b of PROVINCES) if (a !== b) all.channel.cut(a, b, false);
      if (all.gateway(a).state().at !== "up") all.gateway(a).restart();
    }
    await all.run(20_000);
    const heads = clients.map(({ head }) => JSON.stringify(head && { ...head, ringing: [] }));
    for (const head of heads) expect(`${seed} ${head}`).toBe(`${seed} ${heads[0]}`);
    // Nobody but the liar ever said otherwise.
    for (const { head } of clients)
      expect([seed, head?.rules.sealed ?? true, head?.rules.lobby ?? false]).toEqual([seed, true, false]);
    const seated = clients.filter(({ seat, head }) => head && seat !== "");
    for (const one of seated) expect(`${seed} ${one.names.join()}`).toBe(`${seed} ${seated[0]?.names.join()}`);
    if (seated.length > 1) met++;
    // In the end all of them can hear each other.
    for (const one of seated) await publish(all, one);
    await all.run(500);
    for (const one of seated) await one.want(...seated.filter((other) => other !== one).map(({ seat }) => seat));
    for (let round = 0; round < 4; round++) {
      await all.run(2_000);
      for (const one of seated) await one.answerAll();
    }
    for (const one of seated) {
      const flowing = all.gateway(one.node.province).flowing(one.seat).length;
      expect(`${seed} ${flowing}`).toBe(`${seed} ${(seated.length - 1) * 2}`);
    }
    for (const node of all.nodes.values())
      expect(`${seed} ${node.counts.get("beep_call_errors_total")}`).toBe(`${seed} undefined`);
    all.stop();
  }
  expect(met).toBeGreaterThan(SEEDS / 3);
});
