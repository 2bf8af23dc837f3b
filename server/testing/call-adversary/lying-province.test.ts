import { afterEach, beforeEach, expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { person, ROOM } from "../../conference/caller-under-test.ts";
import { lyingLeg, lyingSeat, openStage, rulesOf, type Stage } from "./lies.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.all.stop());

const say = (...messages: unknown[]) => {
  for (const to of ["pb", "sd"]) for (const message of messages) stage.all.channel.send("ba", to, message);
  return stage.all.run(500);
};

test("a seat of the same id as another province's takes nobody's place", async () => {
  const { ayesha, bilal } = stage;
  await say(lyingLeg(stage, [lyingSeat({ id: ayesha.seat, state: "lobby" })]));
  expect(bilal.seats.get(ayesha.seat)).toMatchObject({ person: ayesha.person, state: "in" });
  expect(ayesha.seats.get(ayesha.seat)).toMatchObject({ person: ayesha.person, state: "in" });
  expect(await ayesha.refusal({ do: "hand", up: true })).toBe("");
  expect(await ayesha.refusal({ do: "lock", on: true })).toBe("");
});

test("who began a call is not rewritten by a province that comes to it", async () => {
  const { ayesha, bilal } = stage;
  const opening = { id: stage.call, kind: "call", media: "audio", by: person("liar"), began: 1 };
  await say(lyingLeg(stage, [lyingSeat()], { opening, rules: rulesOf({ version: 90, locked: true }) }));
  for (const one of [ayesha, bilal]) {
    expect(one.head).toMatchObject({ by: ayesha.person, media: "video", rules: { locked: false } });
    expect(one.seats.get(ayesha.seat)?.rank).toBe("host");
    expect(one.seats.get(lyingSeat().id)?.rank).toBe("member");
  }
  await say({ t: "call", is: "ended", room: ROOM, call: stage.call });
  expect([...ayesha.heard("over"), ...bilal.heard("over")]).toEqual([]);
});

test("who watches a call without sitting in it believes no rewriter either", async () => {
  const { all } = stage;
  const owner = all.node("pb").client("owner");
  const opening = { id: stage.call, kind: "call", media: "audio", by: person("liar"), began: 1 };
  await say(lyingLeg(stage, [lyingSeat()], { opening }), { t: "call", is: "ended", room: ROOM, call: stage.call });
  expect(owner.head?.by).toBe(person("ayesha"));
});

test("a host who sits elsewhere lends no power to a province that seats her too", async () => {
  const { ayesha, bilal } = stage;
  const forged = lyingSeat({ person: ayesha.person, device: ayesha.device });
  const remove = { t: "call", is: "act", room: ROOM, call: stage.call, by: forged.id };
  await say(
    lyingLeg(stage, [forged], { rules: rulesOf({ version: 50, locked: true, sealed: false }) }),
    { ...remove, act: { do: "remove", seat: bilal.seat } },
    { ...remove, act: { do: "mute", seat: null, track: "mic" } },
    { t: "call", is: "ended", room: ROOM, call: stage.call },
  );
  expect([...ayesha.heard("over"), ...bilal.heard("over"), ...bilal.heard("muted")]).toEqual([]);
  expect(bilal.head?.rules).toMatchObject({ locked: false, sealed: true });
});

test("versions at the top of what is allowed freeze nothing and silence nobody", async () => {
  const { all, ayesha, bilal } = stage;
  for (const version of [999_999, 1_000_000, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER]) {
    const place = { version, by: "ba", place: { mode: "one", at: "ba" } };
    await say(lyingLeg(stage, [lyingSeat()], { version, place, rules: rulesOf({ version, locked: true }) }));
    await say(lyingLeg(stage, [lyingSeat()], { life: version.toString(16).padStart(16, "0"), version, place }));
  }
  all.placement = () => ({ mode: "cascade" });
  await all.run(3_000);
  await ayesha.ask({ do: "lock", on: true });
  await all.run(9_000);
  for (const one of [ayesha, bilal]) {
    expect(one.head?.rules.locked).toBe(true);
    expect(one.head?.cut.filter((province) => province !== "ba")).toEqual([]);
    expect(one.names).toContain("ayesha");
    expect(one.names).toContain("bilal");
  }
});

test("rules of a province with a host at home cannot be frozen for ever", async () => {
  const { all } = stage;
  all.rooms.set(ROOM, { kind: "group", members: ["liar", "ayesha", "bilal"].map(person) });
  const { ayesha, bilal } = stage;
  for (const version of [1_000_000, Number.MAX_SAFE_INTEGER])
    await say(lyingLeg(stage, [lyingSeat()], { version, rules: rulesOf({ version, lobby: true }) }));
  await ayesha.ask({ do: "lock", on: true });
  await all.run(9_000);
  for (const one of [ayesha, bilal]) {
    expect(one.head?.rules.locked).toBe(true);
    expect(one.head?.cut.filter((province) => province !== "ba")).toEqual([]);
  }
});

test("a place that no province of the room has is not gone to", async () => {
  const { all, ayesha, bilal } = stage;
  const place = { version: 40, by: "ba", place: { mode: "one", at: "zz" } };
  await say(lyingLeg(stage, [lyingSeat()], { place }));
  await all.run(2_000);
  expect(ayesha.head?.place).not.toMatchObject({ at: "zz" });
  expect(bilal.head?.place).not.toMatchObject({ at: "zz" });
});

test("legs do not grow without end, nor fill the call with one person", async () => {
  const { all, ayesha } = stage;
  for (let n = 0; n < 40; n++) {
    const seats = Array.from({ length: 200 }, (_, i) =>
      lyingSeat({ id: (n * 200 + i + 9e9).toString(16).padStart(16, "0") }),
    );
    all.channel.send("ba", "pb", lyingLeg(stage, seats, { version: n + 1, since: n }));
  }
  await all.run(500);
  expect(ayesha.seats.size).toBeLessThanOrEqual(3);
  const owner = all.node("pb").client("owner");
  await owner.join();
});

test("what a seat, rules or an opening hold besides is not kept and not passed on", async () => {
  const { ayesha } = stage;
  const junk = "x".repeat(50_000);
  const key = { spki: "AAAA", agree: "BBBB", proof: "CCCC", junk };
  await say(
    lyingLeg(stage, [{ ...lyingSeat({ key }), junk } as never], {
      opening: { ...lyingLeg(stage, []).leg.opening, junk },
    }),
  );
  const seen = JSON.stringify([...ayesha.seats.values(), ayesha.head]);
  expect(ayesha.seats.has(lyingSeat().id)).toBe(true);
  expect(seen.length).toBeLessThan(5_000);
});

test("asking for a leg again and again is not answered each time", async () => {
  const { all } = stage;
  let told = 0;
  all.channel.port("ba").listen((_from, message) => {
    if ((message as { is?: string }).is === "leg") told++;
  });
  for (let n = 0; n < 500; n++) all.channel.send("ba", "pb", { t: "call", is: "ask", room: ROOM });
  await all.run(1_000);
  expect(told).toBeLessThanOrEqual(10);
  expect(told).toBeGreaterThan(0);
});

test("keys poured over one seat come once each message", async () => {
  const { bilal } = stage;
  const boxes = Array.from({ length: 200 }, () => ({ seat: bilal.seat, box: "AAAA" }));
  await say(lyingLeg(stage, [lyingSeat()]), {
    ...{ t: "call", is: "keys", room: ROOM, call: stage.call, from: lyingSeat().id, epoch: 1 },
    boxes,
  });
  expect(bilal.heard("keys").length).toBeLessThanOrEqual(1);
});

test("replays and reorders of its own words leave a leg as it is now", async () => {
  const { all, ayesha } = stage;
  const chand = lyingSeat({ id: "c".repeat(16) });
  const older = lyingLeg(stage, [lyingSeat()], { version: 5 });
  const newer = lyingLeg(stage, [chand], { version: 6 });
  const formerLife = lyingLeg(stage, [lyingSeat({ id: "d".repeat(16) })], { life: "1".repeat(16), version: 99 });
  await say(formerLife, newer, older, newer, older);
  expect([...ayesha.seats.keys()].filter((id) => /^([cdf])\1+$/.test(id))).toEqual([chand.id]);
  await all.run(100);
});

test("an invented call in the room moves people a few times, and no more than one at the end", async () => {
  const { all, ayesha, bilal } = stage;
  const opening = { id: mintId(1), kind: "call", media: "video", by: person("liar"), began: Number.MAX_SAFE_INTEGER };
  await say(lyingLeg(stage, [lyingSeat()], { opening }));
  await all.run(20_000);
  expect(ayesha.names).toContain("bilal");
  expect(bilal.names).toContain("ayesha");
});
