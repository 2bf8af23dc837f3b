import { afterEach, expect, test } from "bun:test";
import { mintId, type RoomId } from "#protocol/ids";
import { MAX_RANKED } from "../../domain/calls/ruling.ts";
import { TestProvinces } from "../../conference/calls-under-test.ts";
import { JOINING, person, ROOM } from "../../conference/caller-under-test.ts";
import type { Membership } from "../../conference/ports.ts";
import { hold } from "./slow-gateway.ts";

let all: TestProvinces;
afterEach(() => all?.stop());
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("who leaves while the gateway is still making room for them is not on it afterwards", async () => {
  all = new TestProvinces(["pb"]);
  all.room("group", "pb:ayesha", "pb:bilal");
  const [ayesha, bilal] = [all.node("pb").client("ayesha"), all.node("pb").client("bilal")];
  await ayesha.begin(mintId(Date.now()));
  await bilal.join();
  const held = hold(all.gateway("pb"), "seat");
  const { seat } = bilal;
  const tracks = [{ mid: "0", track: "mic" as const }];
  const published = bilal.ask({ do: "publish", life: 1, sdp: "v=0", tracks }).catch((error) => error.code);
  await turn();
  expect(held.waiting).toBe(1);
  await ayesha.ask({ do: "remove", seat });
  held.release();
  expect(await published).toBe("conflict");
  await turn();
  expect(() => all.gateway("pb").mediaUp(seat)).toThrow();
});

test("a mute holds although its seat has filled its queue with answers", async () => {
  all = new TestProvinces(["pb"]);
  all.room("group", "pb:ayesha", "pb:bilal");
  const [ayesha, bilal] = [all.node("pb").client("ayesha"), all.node("pb").client("bilal")];
  const held = hold(all.gateway("pb"), "answer");
  await ayesha.begin(mintId(Date.now()));
  await bilal.join();
  for (const one of [ayesha, bilal]) await one.publish();
  await all.run(200);
  await bilal.want(ayesha.seat);
  await ayesha.want(bilal.seat);
  await all.run(200);
  const [offer] = ayesha.heard("offer");
  const answered = ayesha.ask({ do: "answer", life: 1, n: offer?.n ?? 0, sdp: "v=0" });
  await turn();
  held.release();
  await answered;
  expect(all.gateway("pb").flowing(ayesha.seat)).toHaveLength(2);
  const [own] = bilal.heard("offer");
  const flood = Array.from({ length: 30 }, () =>
    bilal.ask({ do: "answer", life: 1, n: own?.n ?? 0, sdp: "v=0" }).catch(() => {}),
  );
  await turn();
  await ayesha.ask({ do: "mute", seat: bilal.seat, track: "mic" });
  held.release();
  await turn();
  held.release();
  await Promise.all(flood);
  await all.run(1_000);
  expect(all.gateway("pb").flowing(ayesha.seat)).toHaveLength(1);
});

test("a sending connection that is gone begins anew, although the receiving one has just come", async () => {
  all = new TestProvinces(["pb"]);
  all.room("group", "pb:ayesha", "pb:bilal");
  const [ayesha, bilal] = [all.node("pb").client("ayesha"), all.node("pb").client("bilal")];
  await ayesha.begin(mintId(Date.now()));
  await bilal.join();
  await ayesha.publish();
  all.gateway("pb").mediaUp(ayesha.seat, "send", false);
  all.gateway("pb").mediaUp(ayesha.seat, "receive", true);
  await all.run(2_000);
  expect(ayesha.heard("move")).toHaveLength(1);
});

test("what a key holds besides is neither kept nor passed on", async () => {
  all = new TestProvinces(["pb"]);
  all.room("group", "pb:ayesha", "pb:bilal");
  const [ayesha, bilal] = [all.node("pb").client("ayesha"), all.node("pb").client("bilal")];
  await ayesha.begin(mintId(Date.now()));
  const key = { ...JOINING.key, junk: "x".repeat(100_000) } as never;
  await bilal.join({ key });
  await all.run(200);
  expect(JSON.stringify([...ayesha.seats.values()]).length).toBeLessThan(2_000);
});

test("a host who ranks a whole ministry does not make the province unheard", async () => {
  all = new TestProvinces(["pb", "sd"]);
  const names = Array.from({ length: 300 }, (_, n) => `pb:m${n}`);
  all.room("group", "pb:ayesha", "sd:bilal", ...names);
  const [ayesha, bilal] = [all.node("pb").client("ayesha"), all.node("sd").client("bilal")];
  await ayesha.begin(mintId(Date.now()));
  await all.run(100);
  await bilal.join();
  for (let n = 0; n < 300; n++)
    await ayesha.refusal({ do: "rank", person: person(`m${n}`), rank: n % 2 ? "cohost" : "member" });
  await all.run(20_000);
  expect(bilal.names).toEqual(["ayesha", "bilal"]);
  expect(bilal.head?.cut).toEqual([]);
  expect(Object.keys(bilal.head?.rules.ranks ?? {}).length).toBe(MAX_RANKED);
});

test("a call's id taken for a call in another room ends nobody's media", async () => {
  all = new TestProvinces(["pb", "sd"]);
  all.room("group", "pb:ayesha", "pb:bilal");
  const other: RoomId = person("room-two");
  const one = { ...all.members };
  const two: Membership = {
    ...one,
    roleOf: (_, who) => (who === person("mallory") ? "owner" : undefined),
    membersOf: () => [person("mallory")],
    provincesOf: () => ["pb", "sd"],
  };
  Object.assign(all.members, {
    roleOf: (id: RoomId, who: string) => (id === other ? two : one).roleOf(id, who),
    membersOf: (id: RoomId) => (id === other ? two : one).membersOf(id),
    provincesOf: (id: RoomId) => (id === other ? two : one).provincesOf(id),
    kindOf: () => "group",
  });
  const [ayesha, bilal] = [all.node("pb").client("ayesha"), all.node("pb").client("bilal")];
  const mallory = all.node("pb").client("mallory");
  const call = mintId(Date.now());
  await ayesha.begin(call);
  await bilal.join();
  await ayesha.publish();
  const begin = { do: "begin", id: call, kind: "call", media: "audio", lobby: false, seat: JOINING } as const;
  expect(await mallory.refusal(begin, other)).toBe("conflict");
  await mallory.refusal({ do: "leave" }, other);
  // Nor by a province that says there is one.
  const opening = { id: call, kind: "call", media: "video", by: person("mallory"), began: 1 };
  all.channel.send("sd", "pb", {
    ...{ t: "call", is: "leg" },
    leg: {
      ...{ room: other, life: "1".repeat(16), version: 1, since: 0, opening, place: null, declined: [], gone: [] },
      rules: ayesha.head?.rules ?? {
        version: 1,
        by: "sd",
        locked: false,
        lobby: false,
        sealed: true,
        ranks: {},
        ended: false,
      },
      seats: [],
    },
  });
  await all.run(200);
  all.channel.send("sd", "pb", { t: "call", is: "none", room: other });
  await all.run(200);
  expect(all.gateway("pb").calls.filter(([what]) => what === "close")).toEqual([]);
  expect(all.gateway("pb").sends(ayesha.seat)).toBe(true);
});

test("no seat of a removed device stays, though its socket was lost before", async () => {
  all = new TestProvinces(["pb"]);
  all.room("group", "pb:ayesha", "pb:bilal");
  const [ayesha, bilal] = [all.node("pb").client("ayesha"), all.node("pb").client("bilal")];
  await ayesha.begin(mintId(Date.now()));
  await bilal.join();
  await bilal.publish();
  await all.run(100);
  const { seat } = bilal;
  bilal.gone();
  await all.run(100);
  Object.assign(all.members, { isRevoked: (device: string) => device === bilal.device });
  await all.run(500);
  expect(ayesha.names).toEqual(["ayesha"]);
  expect(all.gateway("pb").sends(seat)).toBe(false);
});

test("nobody outside hears of a call: no head, no seats, no greeting", async () => {
  all = new TestProvinces(["pb"]);
  all.room("group", "pb:ayesha");
  const ayesha = all.node("pb").client("ayesha");
  const mallory = all.node("pb").client("mallory");
  await ayesha.begin(mintId(Date.now()));
  await all.run(3_000);
  all.node("pb").conference.greet(mallory);
  expect(mallory.head).toBeNull();
  expect(mallory.seats.size + mallory.news.length).toBe(0);
  expect(await mallory.refusal({ do: "decline", why: "busy" })).toBe("forbidden");
  expect(ROOM).toBeString();
});
