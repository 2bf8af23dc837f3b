import { afterEach, expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { TestProvinces } from "./calls-under-test.ts";
import { person } from "./caller-under-test.ts";

let all: TestProvinces;
afterEach(() => all?.stop());

const id = () => mintId(Date.now());

test("a call rings the members, and everybody who joins sees and hears everybody", async () => {
  all = new TestProvinces(["pb"]);
  all.room("group", "pb:ayesha", "pb:bilal", "pb:dania");
  const node = all.node("pb");
  const [ayesha, bilal, dania] = [node.client("ayesha"), node.client("bilal"), node.client("dania")];
  const call = id();
  await ayesha.begin(call);
  await all.run(100);
  expect(bilal.head).toMatchObject({ id: call, size: 1, by: person("ayesha"), place: { mode: "cascade" } });
  expect(bilal.head?.ringing.sort()).toEqual([person("bilal"), person("dania")].sort());

  await bilal.join();
  await all.run(100);
  expect(dania.head?.ringing).toEqual([person("dania")]);
  expect(ayesha.names).toEqual(["ayesha", "bilal"]);

  await ayesha.publish();
  await bilal.publish();
  await all.run(100);
  expect(bilal.seats.get(ayesha.seat)?.sends).toEqual(["mic", "camera"]);
  await bilal.want(ayesha.seat);
  await all.run(100);
  const [offer] = bilal.heard("offer");
  expect(offer?.feeds.map(({ seat, track }) => [seat, track])).toEqual([
    [ayesha.seat, "mic"],
    [ayesha.seat, "camera"],
  ]);
  await bilal.answerAll();
  expect(all.gateway("pb").flowing(bilal.seat)).toHaveLength(2);

  await dania.ask({ do: "decline", why: "busy" });
  await all.run(100);
  expect(ayesha.head?.ringing).toEqual([]);

  await ayesha.ask({ do: "leave" });
  await all.run(100);
  expect(bilal.names).toEqual(["bilal"]);
  await bilal.ask({ do: "leave" });
  await all.run(100);
  expect(bilal.head).toBeNull();
  const [note] = bilal.heard("note");
  expect(note?.note.of).toBe(call);
  expect(note?.note.people.map((one) => one.person)).toEqual([person("ayesha"), person("bilal")]);
  expect(note?.note.declined).toEqual([person("dania")]);
  expect(dania.heard("note")).toHaveLength(0);
  expect(all.gateway("pb").calls.some(([what]) => what === "close")).toBe(true);
});

test("the ringing ends after 45 seconds; in a conversation of two that ends the call", async () => {
  all = new TestProvinces(["pb", "sd"]);
  all.room("direct", "pb:ayesha", "sd:bilal");
  const ayesha = all.node("pb").client("ayesha");
  const bilal = all.node("sd").client("bilal");
  await ayesha.begin(id());
  await all.run(1_000);
  expect(bilal.head?.ringing).toEqual([person("bilal")]);
  expect(bilal.head?.place).toEqual({ mode: "one", at: "pb" });
  await all.run(45_000);
  expect(bilal.head).toBeNull();
  expect(ayesha.heard("over")).toEqual([{ is: "over", why: "ended" }]);
  expect(ayesha.heard("note")).toHaveLength(1);
});

test("declining a conversation of two ends it, in the other province too", async () => {
  all = new TestProvinces(["pb", "sd"]);
  all.room("direct", "pb:ayesha", "sd:bilal");
  const ayesha = all.node("pb").client("ayesha");
  const bilal = all.node("sd").client("bilal");
  await ayesha.begin(id());
  await all.run(100);
  await bilal.ask({ do: "decline", why: "declined" });
  await all.run(100);
  expect(ayesha.heard("over")).toHaveLength(1);
  expect(ayesha.head).toBeNull();
  expect(ayesha.heard("note")[0]?.note.declined).toEqual([person("bilal")]);
});

test("hanging up ends a conversation of two for both; in a group the others go on", async () => {
  for (const kind of ["direct", "group"] as const) {
    all = new TestProvinces(["pb", "sd"]);
    all.room(kind, "pb:ayesha", "sd:bilal");
    const ayesha = all.node("pb").client("ayesha");
    const bilal = all.node("sd").client("bilal");
    await ayesha.begin(id());
    await all.run(100);
    await bilal.join();
    await all.run(100);
    expect(ayesha.names).toEqual(["ayesha", "bilal"]);
    await bilal.ask({ do: "leave" });
    await all.run(200);
    expect(ayesha.heard("over")).toHaveLength(kind === "direct" ? 1 : 0);
    all.stop();
  }
});

test("two provinces: a feed comes across when it is wanted, and flows", async () => {
  all = new TestProvinces(["pb", "sd"]);
  all.room("group", "pb:ayesha", "sd:bilal");
  const ayesha = all.node("pb").client("ayesha");
  const bilal = all.node("sd").client("bilal");
  await ayesha.begin(id());
  await all.run(100);
  await bilal.join();
  await ayesha.publish();
  await bilal.publish();
  await all.run(200);
  await bilal.want(ayesha.seat);
  await all.run(1_500);
  await bilal.answerAll();
  await all.run(500);
  expect(all.gateway("sd").flowing(bilal.seat)).toHaveLength(2);
});

test("in a conversation of two across provinces both stand on one gateway", async () => {
  all = new TestProvinces(["pb", "sd"]);
  all.room("direct", "pb:ayesha", "sd:bilal");
  const ayesha = all.node("pb").client("ayesha");
  const bilal = all.node("sd").client("bilal");
  await ayesha.begin(id());
  await all.run(100);
  await bilal.join();
  await all.run(100);
  await ayesha.publish();
  await bilal.publish("pb");
  await all.run(200);
  await ayesha.want(bilal.seat);
  await bilal.want(ayesha.seat);
  await all.run(200);
  await ayesha.answerAll();
  await bilal.answerAll();
  expect(all.gateway("pb").flowing(bilal.seat)).toHaveLength(2);
  expect(all.gateway("pb").flowing(ayesha.seat)).toHaveLength(2);
});
