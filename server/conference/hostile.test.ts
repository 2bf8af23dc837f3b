import { afterEach, expect, test } from "bun:test";
import type { CallAct, Seat } from "#protocol/call";
import { mintId } from "#protocol/ids";
import { rulesOf } from "../testing/call-adversary/lies.ts";
import { TestProvinces } from "./calls-under-test.ts";
import { JOINING, person, ROOM, type TestClient } from "./caller-under-test.ts";

let all: TestProvinces;
let call: string;
afterEach(() => all?.stop());

async function pair(): Promise<{ ayesha: TestClient; bilal: TestClient }> {
  all = new TestProvinces(["ba", "pb", "sd"]);
  all.room("group", "pb:ayesha", "sd:bilal", "pb:dania");
  const ayesha = all.node("pb").client("ayesha");
  const bilal = all.node("sd").client("bilal");
  call = mintId(Date.now());
  await ayesha.begin(call);
  await all.run(100);
  await bilal.join();
  for (const one of [ayesha, bilal]) await one.publish();
  await all.run(200);
  return { ayesha, bilal };
}

const seat = (changes: Partial<Seat>): Seat => ({
  id: "ffffffffffffffff",
  person: person("bilal"),
  device: person("device-bilal"),
  province: "sd",
  at: Date.now(),
  state: "in",
  rank: "host",
  on: [],
  sends: [],
  life: 1,
  hand: null,
  key: JOINING.key,
  recording: false,
  network: null,
  ...changes,
});

const leg = (seats: Seat[], changes: Record<string, unknown> = {}) => ({
  t: "call",
  is: "leg",
  leg: {
    room: ROOM,
    life: "eeeeeeeeeeeeeeee",
    version: 1_000,
    since: 0,
    opening: { id: call, kind: "call", media: "video", by: person("ayesha"), began: Date.now() },
    rules: rulesOf({ by: "sd" }),
    place: null,
    declined: [],
    seats: seats.map((one) => ({ seat: one, at: "sd", mids: [] })),
    gone: [],
    ...changes,
  },
});

test("who is no member is refused alike whether there is a call, a room, or nothing", async () => {
  await pair();
  const stranger = all.node("pb").client("mallory");
  const elsewhere = person("nowhere");
  for (const room of [ROOM, elsewhere]) {
    expect(await stranger.refusal({ do: "join", seat: JOINING }, room)).toBe("forbidden");
    expect(await stranger.refusal({ do: "end" }, room)).toBe("forbidden");
    expect(await stranger.refusal({ do: "resume", seat: "ffffffffffffffff" }, room)).toBe("forbidden");
  }
  expect(stranger.head).toBeNull();
});

test("stale lives and answers are a conflict and disturb nobody", async () => {
  const { ayesha, bilal } = await pair();
  await bilal.want(ayesha.seat);
  await all.run(1_500);
  const [offer] = bilal.heard("offer");
  expect(await bilal.refusal({ do: "publish", life: 7, sdp: "v=0", tracks: [] })).toBe("conflict");
  expect(await bilal.refusal({ do: "want", life: 0, feeds: [] })).toBe("conflict");
  expect(await bilal.refusal({ do: "answer", life: 1, n: 99, sdp: "v=0" })).toBe("conflict");
  expect(await bilal.refusal({ do: "answer", life: 1, n: offer?.n ?? 0, sdp: "v=0" })).toBe("");
  expect(await bilal.refusal({ do: "answer", life: 1, n: offer?.n ?? 0, sdp: "v=0" })).toBe("conflict");
  expect(ayesha.heard("move")).toHaveLength(0);
  expect(bilal.heard("move")).toHaveLength(0);
});

test("a malformed description is refused, and the seat goes on", async () => {
  const { ayesha, bilal } = await pair();
  const tracks = [{ mid: "0", track: "mic" as const }];
  expect(await bilal.refusal({ do: "publish", life: 1, sdp: "nonsense", tracks })).toBe("fix");
  expect(await bilal.refusal({ do: "publish", life: 1, sdp: "v=0", tracks })).toBe("");
  await all.run(200);
  expect(ayesha.names).toEqual(["ayesha", "bilal"]);
});

test("an offer that is never answered makes the seat begin anew, and then ends it", async () => {
  const { ayesha, bilal } = await pair();
  for (let life = 1; life <= 4; life++) {
    await bilal.want(ayesha.seat);
    await all.run(11_500);
    expect(bilal.heard("move")).toHaveLength(Math.min(life, 3));
    if (life < 4) await bilal.publish();
  }
  expect(bilal.heard("over")).toEqual([{ is: "over", why: "lost" }]);
  expect(ayesha.names).toEqual(["ayesha"]);
  expect(ayesha.heard("move")).toHaveLength(0);
});

test("acts on another room's call, or without a seat, are refused", async () => {
  const { ayesha } = await pair();
  const dania = all.node("pb").client("dania");
  const acts: CallAct[] = [
    { do: "publish", life: 1, sdp: "v=0", tracks: [] },
    { do: "mute", seat: ayesha.seat, track: "mic" },
    { do: "keys", epoch: 1, boxes: [] },
    { do: "end" },
  ];
  for (const act of acts) expect(await dania.refusal(act)).toBe("conflict");
  expect(await dania.refusal({ do: "resume", seat: ayesha.seat })).toBe("conflict");
});

test("wants of seats that are not there, and of oneself, bring nothing", async () => {
  const { bilal } = await pair();
  await bilal.want("ffffffffffffffff", bilal.seat);
  await all.run(1_000);
  expect(bilal.heard("offer")).toHaveLength(0);
});

test("a province cannot speak for another one's seats, or of rooms that it has no people in", async () => {
  const { ayesha, bilal } = await pair();
  const forged = seat({ province: "pb", person: person("dania") });
  all.channel.send("sd", "pb", leg([forged]));
  all.channel.send("ba", "pb", leg([seat({ province: "ba" })]));
  all.channel.send("ba", "pb", { t: "call", is: "ended", room: ROOM, call });
  all.channel.send("ba", "pb", {
    t: "call",
    is: "act",
    room: ROOM,
    call,
    by: ayesha.seat,
    act: { do: "remove", seat: ayesha.seat },
  });
  // Bilal is no host: his province can neither remove nor end, in his own name nor in a host's.
  const dania = all.node("pb").client("dania");
  await dania.join();
  for (const by of [bilal.seat, ayesha.seat])
    for (const target of [ayesha.seat, dania.seat]) {
      const act = { do: "remove", seat: target };
      all.channel.send("sd", "pb", { t: "call", is: "act", room: ROOM, call, by, act });
    }
  all.channel.send("sd", "pb", { t: "call", is: "ended", room: ROOM, call });
  await all.run(500);
  expect([...ayesha.heard("over"), ...dania.heard("over")]).toHaveLength(0);
  expect(ayesha.names).toEqual(["ayesha", "bilal", "dania"]);
});

test("a province may have only its own seats of the call on another one's gateway", async () => {
  const { ayesha, bilal } = await pair();
  const { conference } = all.node("pb");
  expect(conference.admits(call, "sd", bilal.seat)).toBe(true);
  expect(conference.admits(call, "sd", ayesha.seat)).toBe(false);
  expect(conference.admits(call, "ba", bilal.seat)).toBe(false);
  expect(conference.admits(call, "sd", "ffffffffffffffff")).toBe(false);
  expect(conference.admits("0".repeat(32), "sd", bilal.seat)).toBe(false);
});

test("ranks and rules that a province gives itself count for nothing", async () => {
  const { ayesha, bilal } = await pair();
  const rules = { ...rulesOf({ by: "sd" }), version: 50, locked: true, sealed: false };
  const own = seat({ id: bilal.seat, rank: "host" });
  all.channel.send("sd", "pb", leg([own], { rules }));
  await all.run(500);
  expect(ayesha.head?.rules).toMatchObject({ locked: false, sealed: true });
  expect(ayesha.seats.get(bilal.seat)?.rank).toBe("member");
});

test("people who are no members of the room are not shown, whoever seats them", async () => {
  const { ayesha, bilal } = await pair();
  const own = seat({ id: bilal.seat });
  all.channel.send("sd", "pb", leg([own, seat({ person: person("mallory") })]));
  await all.run(500);
  expect(ayesha.names).toEqual(["ayesha", "bilal"]);
});

test("ghosts of a node that died without a word are gone when it is back", async () => {
  const { ayesha } = await pair();
  const sd = all.node("sd");
  sd.conference.stop();
  // Its last word was lost: others still hold its leg.
  sd.stop();
  all.channel.send("sd", "pb", leg([seat({ id: "dddddddddddddddd" })]));
  await all.run(1_000);
  expect(ayesha.names).toEqual(["ayesha", "bilal"]);
  sd.start();
  await all.run(5_000);
  expect(ayesha.names).toEqual(["ayesha"]);
  expect(ayesha.head).toMatchObject({ size: 1, cut: [] });
});

test("a province that comes with ever older calls is not followed for ever", async () => {
  const { ayesha } = await pair();
  for (let n = 0; n < 30; n++) {
    const id = person(`a${String.fromCharCode(90 - (n % 25))}${n}`);
    const opening = {
      id: `${(60 - n).toString(16).padStart(4, "0")}${id.slice(4)}`,
      kind: "call",
      media: "video",
      by: person("bilal"),
      began: 1,
    };
    const life = n.toString(16).padStart(16, "0");
    all.channel.send("sd", "pb", leg([seat({})], { opening, life }));
    await all.run(100);
  }
  expect(ayesha.heard("move").length).toBeLessThanOrEqual(8);
  expect(ayesha.names).toContain("ayesha");
});

test("rubbish in the live channel changes nothing", async () => {
  const { ayesha } = await pair();
  const before = JSON.stringify([...ayesha.seats.values()]);
  const good = leg([seat({})]);
  for (const rubbish of [
    null,
    7,
    { t: "call" },
    { t: "call", is: "leg" },
    { t: "call", is: "leg", leg: { ...good.leg, seats: [{ seat: { ...seat({}), on: ["all"] }, at: null, mids: [] }] } },
    { t: "call", is: "leg", leg: { ...good.leg, version: -1 } },
    { t: "call", is: "leg", leg: { ...good.leg, rules: { ...good.leg.rules, version: 1.5 } } },
    { t: "call", is: "leg", leg: { ...good.leg, seats: Array.from({ length: 201 }, () => good.leg.seats[0]) } },
    { t: "call", is: "keys", room: ROOM, call, from: "x", epoch: 1, boxes: [] },
    { t: "call", is: "reacted", room: ROOM, call, seat: ayesha.seat, sign: "<b>" },
    { t: "call", is: "act", room: ROOM, call, by: ayesha.seat, act: { do: "end" } },
    { t: "typing" },
  ])
    all.channel.send("sd", "pb", rubbish);
  await all.run(500);
  expect(JSON.stringify([...ayesha.seats.values()])).toBe(before);
  expect(all.node("pb").counts.get("beep_call_messages_refused_total")).toBe(9);
});

test("whoever ceases to be a member is out of the call", async () => {
  const { ayesha, bilal } = await pair();
  all.room("group", "pb:ayesha", "pb:dania", "sd:chand");
  await all.run(1_000);
  expect(bilal.heard("over")).toEqual([{ is: "over", why: "removed" }]);
  expect(ayesha.names).toEqual(["ayesha"]);
});
