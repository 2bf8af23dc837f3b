import { afterEach, expect, test } from "bun:test";
import { beginOrder } from "#protocol/call-order";
import { mintId } from "#protocol/ids";
import { openingOf } from "../domain/calls/leg-state.ts";
import { legOf, sit } from "../domain/calls/legs-under-test.ts";
import { TestProvinces } from "./calls-under-test.ts";
import { person, ROOM } from "./caller-under-test.ts";

let all: TestProvinces;
afterEach(() => all?.stop());

const id = () => mintId(Date.now());

test("a gateway that begins anew moves every seat on it, and others' wants follow", async () => {
  all = new TestProvinces(["pb"]);
  all.room("group", "pb:ayesha", "pb:bilal");
  const ayesha = all.node("pb").client("ayesha");
  const bilal = all.node("pb").client("bilal");
  await ayesha.begin(id());
  await bilal.join();
  for (const client of [ayesha, bilal]) await client.publish();
  await all.run(100);
  all.gateway("pb").die();
  await all.run(300);
  all.gateway("pb").restart();
  await all.run(100);
  for (const client of [ayesha, bilal]) {
    expect(client.heard("move")).toMatchObject([{ life: 2 }]);
    await client.publish();
  }
  expect(await ayesha.refusal({ do: "want", life: 1, feeds: [] })).toBe("conflict");
  await all.run(100);
  await bilal.want(ayesha.seat);
  await all.run(100);
  await bilal.answerAll();
  expect(all.gateway("pb").flowing(bilal.seat)).toHaveLength(2);
});

test("a gateway that stays away is left for another province's, and gone back to once it holds", async () => {
  all = new TestProvinces(["pb", "sd"]);
  all.room("group", "pb:ayesha", "sd:bilal");
  const ayesha = all.node("pb").client("ayesha");
  const bilal = all.node("sd").client("bilal");
  await ayesha.begin(id());
  await all.run(100);
  await bilal.join();
  await ayesha.publish();
  await all.run(100);
  all.gateway("pb").die();
  await all.run(1_000);
  expect(ayesha.heard("move")).toHaveLength(0);
  await all.run(1_000);
  expect(ayesha.heard("move")).toHaveLength(1);
  await ayesha.publish("sd");
  await all.run(100);
  await bilal.want(ayesha.seat);
  await all.run(100);
  await bilal.answerAll();
  expect(all.gateway("sd").flowing(bilal.seat)).toHaveLength(2);
  all.gateway("pb").restart();
  await all.run(2_000);
  expect(ayesha.heard("move")).toHaveLength(1);
  await all.run(10_000);
  expect(ayesha.heard("move")).toHaveLength(2);
});

test("only the control connection is lost: nobody is moved", async () => {
  all = new TestProvinces(["pb", "sd"]);
  all.room("group", "pb:ayesha", "sd:bilal");
  const ayesha = all.node("pb").client("ayesha");
  await ayesha.begin(id());
  await ayesha.publish();
  await all.run(100);
  all.gateway("pb").loseControl();
  await all.run(5_000);
  all.gateway("pb").regainControl();
  await all.run(1_000);
  expect(ayesha.heard("move")).toHaveLength(0);
});

test("a link is cut: each side goes on and says so; healed, it is one call again", async () => {
  all = new TestProvinces(["pb", "sd"]);
  all.room("group", "pb:ayesha", "pb:dania", "sd:bilal");
  const [ayesha, dania] = [all.node("pb").client("ayesha"), all.node("pb").client("dania")];
  const bilal = all.node("sd").client("bilal");
  const call = id();
  await ayesha.begin(call);
  await all.run(100);
  await bilal.join();
  await all.run(100);
  all.channel.cut("pb", "sd");
  await all.run(1_000);
  expect(ayesha.head).toMatchObject({ cut: ["sd"], size: 1 });
  expect(bilal.head).toMatchObject({ cut: ["pb"], size: 1 });
  expect(ayesha.names).toEqual(["ayesha", "bilal"]);
  await dania.join();
  await all.run(1_000);
  all.channel.cut("pb", "sd", false);
  await all.run(3_000);
  for (const client of [ayesha, bilal, dania]) {
    expect(client.head).toMatchObject({ id: call, cut: [], size: 3 });
    expect(client.names).toEqual(["ayesha", "bilal", "dania"]);
  }
});

test("two sides that each began a call while cut off have one when healed: the smaller id's", async () => {
  all = new TestProvinces(["pb", "sd"]);
  all.room("group", "pb:ayesha", "sd:bilal");
  const ayesha = all.node("pb").client("ayesha");
  const bilal = all.node("sd").client("bilal");
  all.channel.cut("pb", "sd");
  const [first, second] = [id(), id()].sort() as [string, string];
  await ayesha.begin(second);
  await bilal.begin(first);
  await ayesha.publish();
  await bilal.publish();
  await all.run(500);
  all.channel.cut("pb", "sd", false);
  await all.run(3_000);
  for (const client of [ayesha, bilal]) {
    expect(client.head).toMatchObject({ id: first, size: 2 });
    expect(client.names).toEqual(["ayesha", "bilal"]);
  }
  expect(ayesha.heard("move")).toHaveLength(1);
  expect(bilal.heard("move")).toHaveLength(0);
  await ayesha.publish();
  await all.run(200);
  await bilal.want(ayesha.seat);
  await all.run(2_000);
  await bilal.answerAll();
  expect(all.gateway("sd").flowing(bilal.seat)).toHaveLength(2);
});

test("a socket is lost: the seat is away, and the same device resumes with its media untouched", async () => {
  all = new TestProvinces(["pb"]);
  all.room("group", "pb:ayesha", "pb:bilal");
  const node = all.node("pb");
  const [ayesha, bilal] = [node.client("ayesha"), node.client("bilal")];
  await ayesha.begin(id());
  await bilal.join();
  await bilal.publish();
  await all.run(100);
  const { seat } = bilal;
  bilal.gone();
  await all.run(20_000);
  expect(ayesha.seats.get(seat)).toMatchObject({ state: "away", sends: ["mic", "camera"] });
  const again = node.client("bilal");
  const foreign = node.client("bilal", "phone");
  expect(await foreign.refusal({ do: "resume", seat })).toBe("conflict");
  expect(await again.ask({ do: "resume", seat })).toMatchObject({ is: "seated", seat, life: 1 });
  await all.run(100);
  expect(ayesha.seats.get(seat)?.state).toBe("in");
  expect(again.names).toEqual(["ayesha", "bilal"]);
  again.gone();
  await all.run(31_000);
  expect(ayesha.names).toEqual(["ayesha"]);
});

test("the same person from another device, or the same device again, takes the place over", async () => {
  all = new TestProvinces(["pb"]);
  all.room("group", "pb:ayesha", "pb:bilal");
  const node = all.node("pb");
  const [ayesha, desk, phone] = [node.client("ayesha"), node.client("bilal"), node.client("bilal", "phone")];
  await ayesha.begin(id());
  await desk.join();
  await phone.join();
  await all.run(100);
  expect(desk.heard("over")).toEqual([{ is: "over", why: "moved" }]);
  expect(ayesha.names).toEqual(["ayesha", "bilal"]);
  expect(await desk.refusal({ do: "hand", up: true })).toBe("conflict");
  const { seat } = phone;
  await phone.join({ was: seat });
  expect(phone.seat).not.toBe(seat);
  expect(phone.heard("over")).toEqual([]);
  await all.run(100);
  expect(phone.names).toEqual(["ayesha", "bilal"]);
});

test("a call is ended for all while another one is heard of: nobody stays seated in neither", async () => {
  all = new TestProvinces(["is", "pb", "sd"]);
  all.room("group", "pb:ayesha", "sd:bilal", "is:chand");
  const ayesha = all.node("pb").client("ayesha");
  const bilal = all.node("sd").client("bilal");
  const [first, second] = [id(), id()].sort() as [string, string];
  await ayesha.begin(first);
  await all.run(100);
  await bilal.join();
  await bilal.publish();
  await all.run(200);
  // What the third province's node said of its own call, before it heard of this one.
  const by = { room: ROOM, person: person("chand"), device: person("device-chand") };
  all.devices.enter(by.device, by.person);
  all.devices.entries.set(second, { by: by.person, at: all.clock.now });
  const how = { do: "begin", kind: "call", media: "audio", lobby: false, sealed: true } as const;
  const began = openingOf(all.devices.sign(beginOrder(by, second, how, all.clock.now)));
  const leg = legOf("is", second, "ffffffffffffffff", began);
  sit(leg, 0xfff, person("chand"));
  all.channel.send("is", "sd", { t: "call", is: "leg", leg: { ...leg.news(0), room: ROOM } });
  await all.run(50);
  await ayesha.ask({ do: "end" });
  await all.run(200);
  expect(bilal.heard("over")).toMatchObject([{ is: "over", why: "ended", order: { act: { do: "end" } } }]);
  expect(all.node("sd").conference.status().seats).toBe(0);
  expect(bilal.head?.id).toBe(second);
});
