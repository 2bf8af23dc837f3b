import { expect, test } from "bun:test";
import { mayDo } from "./acts.ts";
import { newer, rankOf } from "./leg-state.ts";
import { id, legOf, rule, ruling, seatId, sit } from "./legs-under-test.ts";
import { headOf, merge as mergeBy, type SeenLeg } from "./merge.ts";

const role = (person: string) => (person === id("stranger") ? undefined : person === id("ayesha") ? "owner" : "member");
const merge = (legs: SeenLeg[], roleOf: typeof role) =>
  mergeBy(legs, roleOf, (opening) =>
    ruling(
      opening,
      legs.flatMap(({ leg }) => leg.orders),
    ),
  );
const seen = (province: string, leg: SeenLeg["leg"], cut = false): SeenLeg => ({ province, leg, cut });

test("nobody inside is no call", () => {
  const leg = legOf("pb");
  rule(leg, { do: "lobby", on: true });
  sit(leg, 1, id("bilal"));
  expect(merge([seen("pb", leg)], role)).toBeUndefined();
});

test("seats of all legs, ranked by right and not by word; strangers and other provinces' seats are not shown", () => {
  const [pb, sd] = [legOf("pb"), legOf("sd")];
  sit(pb, 1, id("ayesha"));
  sit(sd, 2, id("bilal"), { rank: "host" });
  sit(sd, 3, id("stranger"));
  const foreign = sit(sd, 4, id("chand"));
  sd.seats.set(foreign.id, { at: null, mids: [], seat: { ...foreign, province: "pb" } });
  const call = merge([seen("sd", sd), seen("pb", pb)], role);
  expect([...(call?.seats.values() ?? [])].map(({ seat }) => [seat.id, seat.rank])).toEqual([
    [seatId(1), "host"],
    [seatId(2), "member"],
  ]);
});

test("a cut leg is shown, sends nothing, counts for nothing, and keeps no call on by itself", () => {
  const [pb, sd] = [legOf("pb"), legOf("sd")];
  sit(pb, 1, id("ayesha"));
  sit(sd, 2, id("bilal"));
  sd.stand(seatId(2), { at: "sd", mids: [{ mid: "0", track: "mic" }] }, { sends: ["mic"] });
  const call = merge([seen("pb", pb), seen("sd", sd, true)], role);
  expect(call?.cut).toEqual(["sd"]);
  expect(call?.seats.get(seatId(2))).toMatchObject({ at: null, seat: { sends: [] } });
  expect(call && headOf(call, id("room"), [])).toMatchObject({ size: 1, cut: ["sd"] });
  pb.leave(seatId(1));
  expect(merge([seen("pb", pb), seen("sd", sd, true)], role)).toBeUndefined();
});

test("whoever came back through another province is there once", () => {
  const [pb, sd] = [legOf("pb"), legOf("sd")];
  sit(pb, 1, id("bilal"));
  pb.lost(seatId(1), 0);
  sit(sd, 2, id("bilal"));
  expect([...(merge([seen("pb", pb), seen("sd", sd)], role)?.seats.keys() ?? [])]).toEqual([seatId(2)]);
});

test("the smaller call id stands, whatever is heard first", () => {
  const [pb, sd] = [legOf("pb", id("b")), legOf("sd", id("a"))];
  sit(pb, 1, id("ayesha"));
  sit(sd, 2, id("bilal"));
  for (const legs of [
    [seen("pb", pb), seen("sd", sd)],
    [seen("sd", sd), seen("pb", pb)],
  ])
    expect(merge(legs, role)?.opening.id).toBe(id("a"));
});

test("the newest decision stands: by version, then by the larger province", () => {
  expect(newer({ version: 2, by: "pb" }, { version: 1, by: "sd" })).toBe(true);
  expect(newer({ version: 2, by: "sd" }, { version: 2, by: "pb" })).toBe(true);
  expect(newer({ version: 2, by: "pb" }, { version: 2, by: "pb" })).toBe(false);
  expect(newer({ version: 1, by: "pb" }, null)).toBe(true);
});

test("ranks: owners and who began it are hosts whatever the rules say; others as a host made them", () => {
  const leg = legOf("pb");
  rule(leg, { do: "rank", person: id("bilal"), rank: "cohost" });
  rule(leg, { do: "rank", person: id("ayesha"), rank: "member" });
  expect(rankOf(id("ayesha"), "member", leg)).toBe("host");
  expect(rankOf(id("dania"), "owner", leg)).toBe("host");
  expect(rankOf(id("bilal"), "member", leg)).toBe("cohost");
  expect(rankOf(id("chand"), "member", leg)).toBe("member");
  expect(rankOf(id("bilal"), undefined, leg)).toBe("guest");
});

test("what hosts and cohosts may", () => {
  expect(
    ["admit", "mute", "ask", "remove", "lower", "lock", "lobby"].map((act) => mayDo("cohost", act as "admit")),
  ).toEqual(Array.from({ length: 7 }, () => true));
  for (const act of ["unseal", "rank", "end"] as const) {
    expect(mayDo("host", act)).toBe(true);
    expect(mayDo("cohost", act)).toBe(false);
  }
  expect(mayDo("member", "mute")).toBe(false);
  expect(mayDo("guest", "admit")).toBe(false);
});
