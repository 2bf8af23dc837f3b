import { afterEach, expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { TestProvinces } from "./calls-under-test.ts";
import { person } from "./caller-under-test.ts";

let all: TestProvinces;
afterEach(() => all?.stop());

/** A conference that ayesha (owner, in pb) began; bilal is in sd, dania in pb. */
async function conference(lobby = false) {
  all = new TestProvinces(["pb", "sd"]);
  all.room("group", "pb:ayesha", "sd:bilal", "pb:dania");
  const ayesha = all.node("pb").client("ayesha");
  const bilal = all.node("sd").client("bilal");
  const dania = all.node("pb").client("dania");
  await ayesha.begin(mintId(Date.now()), { kind: "conference", lobby });
  await all.run(100);
  return { ayesha, bilal, dania };
}

async function seated() {
  const people = await conference();
  await people.bilal.join();
  await people.dania.join();
  await all.run(200);
  return people;
}

test("a conference rings nobody", async () => {
  const { bilal } = await conference();
  expect(bilal.head).toMatchObject({ kind: "conference", ringing: [] });
});

test("the lobby: hosts alone see who waits, and let in or refuse across provinces", async () => {
  const { ayesha, bilal, dania } = await conference(true);
  await bilal.join();
  await dania.join();
  await all.run(200);
  expect([...ayesha.seats.values()].map(({ state }) => state).sort()).toEqual(["in", "lobby", "lobby"]);
  expect([...bilal.seats.keys()]).toEqual([bilal.seat]);
  expect(bilal.head?.size).toBe(1);
  expect(await bilal.refusal({ do: "publish", life: 1, sdp: "v=0", tracks: [] })).toBe("forbidden");
  expect(await bilal.refusal({ do: "admit", seat: bilal.seat })).toBe("forbidden");
  const boxes = [bilal, dania].map(({ seat }) => ({ seat, box: "AAAA" }));
  await ayesha.ask({ do: "keys", epoch: 1, boxes });
  await ayesha.ask({ do: "admit", seat: bilal.seat });
  await all.run(200);
  expect([...bilal.heard("keys"), ...dania.heard("keys")]).toEqual([]);
  expect(bilal.heard("admitted")).toHaveLength(1);
  expect([...bilal.seats.keys()].sort()).toEqual([ayesha.seat, bilal.seat].sort());
  await ayesha.ask({ do: "remove", seat: dania.seat });
  await all.run(200);
  expect(dania.heard("over")).toMatchObject([{ is: "over", why: "refused", order: { act: { do: "remove" } } }]);
  await bilal.publish();
  const { seat } = bilal;
  await bilal.join({ was: seat });
  await all.run(200);
  // Who was inside comes back without waiting again.
  expect(bilal.names).toEqual(["ayesha", "bilal"]);
});

test("mute one and all, in both provinces, enforced at the gateway until their own person turns it on", async () => {
  const { ayesha, bilal, dania } = await seated();
  for (const one of [ayesha, bilal, dania]) await one.publish();
  await all.run(200);
  await ayesha.ask({ do: "mute", seat: bilal.seat, track: "mic" });
  await all.run(200);
  expect(bilal.heard("muted")).toMatchObject([
    { is: "muted", by: person("ayesha"), order: { act: { do: "mute", track: "mic" } } },
  ]);
  expect(ayesha.seats.get(bilal.seat)?.on).toEqual(["camera"]);
  expect(all.gateway("sd").calls).toContainEqual(["mute", bilal.seat, "0", true]);
  await bilal.ask({ do: "tracks", on: ["camera", "mic"] });
  await all.run(200);
  expect(all.gateway("sd").calls).toContainEqual(["mute", bilal.seat, "0", false]);
  expect(ayesha.seats.get(bilal.seat)?.on).toEqual(["mic", "camera"]);
  await ayesha.ask({ do: "mute", seat: null, track: "mic" });
  await all.run(200);
  expect(bilal.heard("muted")).toHaveLength(2);
  expect(dania.heard("muted")).toHaveLength(1);
  expect(ayesha.heard("muted")).toHaveLength(0);
  await ayesha.ask({ do: "ask", seat: bilal.seat, track: "mic" });
  await all.run(200);
  expect(bilal.heard("asked")).toHaveLength(1);
});

test("hands are raised and lowered, reactions and recording are seen by all", async () => {
  const { ayesha, bilal, dania } = await seated();
  await bilal.ask({ do: "hand", up: true });
  await dania.ask({ do: "hand", up: true });
  await bilal.ask({ do: "record", on: true });
  await bilal.ask({ do: "react", sign: "👍" });
  await all.run(200);
  expect(ayesha.seats.get(bilal.seat)).toMatchObject({ recording: true });
  expect(ayesha.seats.get(bilal.seat)?.hand).toBeGreaterThan(0);
  expect(dania.heard("reacted")).toEqual([{ is: "reacted", seat: bilal.seat, sign: "👍" }]);
  expect(bilal.heard("reacted")).toHaveLength(1);
  await ayesha.ask({ do: "lower", seat: null });
  await all.run(200);
  expect(ayesha.seats.get(bilal.seat)?.hand).toBeNull();
  expect(ayesha.seats.get(dania.seat)?.hand).toBeNull();
});

test("a locked call takes nobody new, but those who were in it", async () => {
  const { ayesha, bilal, dania } = await conference();
  await bilal.join();
  await all.run(200);
  await ayesha.ask({ do: "lock", on: true });
  await all.run(200);
  expect(await dania.refusal({ do: "join", seat: { key: null, on: [] } })).toBe("forbidden");
  expect(bilal.head?.rules.locked).toBe(true);
  await bilal.join({ was: bilal.seat });
  await all.run(100);
  expect(bilal.names).toEqual(["ayesha", "bilal"]);
});

test("whoever was removed waits until a host lets them in again", async () => {
  const { ayesha, bilal } = await seated();
  await ayesha.ask({ do: "remove", seat: bilal.seat });
  await all.run(200);
  expect(bilal.heard("over")).toMatchObject([{ is: "over", why: "removed", order: { act: { do: "remove" } } }]);
  expect(ayesha.names).toEqual(["ayesha", "dania"]);
  await bilal.join();
  await all.run(200);
  expect(ayesha.seats.get(bilal.seat)?.state).toBe("lobby");
  await ayesha.ask({ do: "admit", seat: bilal.seat });
  await all.run(200);
  expect(ayesha.names).toEqual(["ayesha", "bilal", "dania"]);
});

test("cohosts keep order but do not rule over hosts; only hosts make cohosts and end it for all", async () => {
  const { ayesha, bilal, dania } = await seated();
  expect(await bilal.refusal({ do: "mute", seat: dania.seat, track: "mic" })).toBe("forbidden");
  await ayesha.ask({ do: "rank", person: person("bilal"), rank: "cohost" });
  await all.run(200);
  expect(dania.seats.get(bilal.seat)?.rank).toBe("cohost");
  expect(await bilal.refusal({ do: "mute", seat: dania.seat, track: "mic" })).toBe("");
  expect(await bilal.refusal({ do: "end" })).toBe("forbidden");
  expect(await bilal.refusal({ do: "rank", person: person("dania"), rank: "cohost" })).toBe("forbidden");
  await bilal.ask({ do: "remove", seat: ayesha.seat });
  await all.run(200);
  expect(ayesha.heard("over")).toHaveLength(0);
  await bilal.ask({ do: "lock", on: true });
  await all.run(200);
  expect(ayesha.head?.rules).toMatchObject({ locked: true, by: "sd" });
  await ayesha.ask({ do: "end" });
  await all.run(200);
  for (const one of [ayesha, bilal, dania]) {
    expect(one.heard("over")).toMatchObject([{ is: "over", why: "ended", order: { act: { do: "end" } } }]);
    expect(one.head).toBeNull();
  }
  expect(ayesha.heard("note").length + dania.heard("note").length).toBe(1);
  expect(bilal.heard("note")).toHaveLength(1);
});

test("an end for all while cut off is an end for the others too once they are heard again", async () => {
  const { ayesha, bilal } = await seated();
  all.channel.cut("pb", "sd");
  await all.run(500);
  await ayesha.ask({ do: "end" });
  await all.run(20_000);
  expect(bilal.head).toMatchObject({ cut: ["pb"] });
  all.channel.cut("pb", "sd", false);
  await all.run(3_000);
  expect(bilal.heard("over")).toHaveLength(1);
  expect(ayesha.head).toBeNull();
});

test("a browser that cannot encrypt is refused until a host unseals the call", async () => {
  const { ayesha, bilal } = await conference();
  expect(await bilal.refusal({ do: "join", seat: { key: null, on: [] } })).toBe("forbidden");
  await ayesha.ask({ do: "unseal" });
  await all.run(200);
  expect(bilal.head?.rules.sealed).toBe(false);
  expect(await bilal.refusal({ do: "join", seat: { key: null, on: [] } })).toBe("");
});

test("keys reach their seats in both provinces, and nobody else", async () => {
  const { ayesha, bilal, dania } = await seated();
  const boxes = [
    { seat: bilal.seat, box: "AAAA" },
    { seat: dania.seat, box: "BBBB" },
  ];
  await ayesha.ask({ do: "keys", epoch: 3, boxes });
  await all.run(100);
  expect(bilal.heard("keys")).toEqual([{ is: "keys", from: ayesha.seat, epoch: 3, box: "AAAA" }]);
  expect(dania.heard("keys")).toEqual([{ is: "keys", from: ayesha.seat, epoch: 3, box: "BBBB" }]);
});

test("who speaks is told to all, gathered", async () => {
  const { ayesha, bilal, dania } = await seated();
  for (const one of [ayesha, bilal, dania]) await one.publish();
  await all.run(200);
  for (let i = 0; i < 10; i++) {
    all.gateway("sd").speak(bilal.seat, i % 2 === 0);
    await all.run(20);
  }
  all.gateway("sd").speak(bilal.seat, true);
  await all.run(500);
  expect(ayesha.heard("speaking").at(-1)?.seats).toEqual([bilal.seat]);
  expect(ayesha.heard("speaking").length).toBeLessThan(5);
  all.gateway("sd").speak(bilal.seat, false);
  await all.run(500);
  expect(ayesha.heard("speaking").at(-1)?.seats).toEqual([]);
});
