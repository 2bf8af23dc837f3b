import { expect, test } from "bun:test";
import type { Province } from "#protocol/ids";
import type { CallState, Place } from "./deciding.ts";
import { type Known, Placer } from "./placement.ts";
import type { Way } from "./probe-ways.ts";

/** A little country whose ways a test changes. */
function country() {
  const ways = new Map<string, Partial<Way>>();
  const key = (a: Province, b: Province) => [a, b].sort().join(" ");
  const gone = new Set<Province>();
  const unjoined = new Set<Province>();
  const access = new Map<Province, number>();
  let now = 1_000_000;
  const known = (): Known => ({
    now,
    isUsable: (province) => !gone.has(province),
    isJoined: (a, b) => !unjoined.has(a) && !unjoined.has(b),
    between: (a, b) => ({ up: true, state: "clean", loss: 0, rtt: 30, ...ways.get(key(a, b)) }),
    accessOf: (province) => access.get(province) ?? null,
  });
  const placer = new Placer(known);
  let place: Place | undefined;
  const call = (seats: Record<Province, number>, more: Partial<CallState> = {}) => {
    const state: CallState = {
      call: "c".repeat(32),
      room: "d".repeat(32),
      kind: "group",
      began: "is",
      seats: new Map(Object.entries(seats)),
      place,
      ...more,
    };
    place = placer.place(state);
    return place;
  };
  return {
    gone,
    unjoined,
    access,
    call,
    way: (a: Province, b: Province, way: Partial<Way>) => void ways.set(key(a, b), way),
    pass: (ms: number) => {
      now += ms;
    },
  };
}
const cascade: Place = { mode: "cascade" };
const one = (at: Province): Place => ({ mode: "one", at });

test("two who speak alone stand where the call began; others cascade", () => {
  expect(country().call({ is: 1 }, { kind: "direct" })).toEqual(one("is"));
  expect(country().call({ is: 1, pb: 1 }, { kind: "direct", began: "pb" })).toEqual(one("pb"));
  expect(country().call({ is: 2, pb: 2 })).toEqual(cascade);
  expect(country().call({ is: 1 })).toEqual(cascade);
});

test("what is not measured yet is trusted at first, and not enough to go back", () => {
  const { call, way, pass } = country();
  way("is", "pb", { state: "unknown", rtt: null });
  expect(call({ is: 1, pb: 1, sd: 1 })).toEqual(cascade);
  way("is", "pb", { state: "lossy" });
  expect(call({ is: 1, pb: 1, sd: 1 }).mode).toBe("one");
  way("is", "pb", { state: "unknown" });
  pass(120_000);
  expect(call({ is: 1, pb: 1, sd: 1 }).mode).toBe("one");
});

test("with a lossy trunk all stand where the worst path is best; when it is clean again they cascade", () => {
  const { call, way, pass } = country();
  const seats = { is: 2, pb: 2, sd: 2 };
  expect(call(seats)).toEqual(cascade);
  way("is", "pb", { state: "lossy" });
  expect(call(seats)).toEqual(one("sd"));
  way("is", "sd", { state: "lossy" });
  pass(40_000);
  // now only what leads to Islamabad is lossy: from there both others are bad, from elsewhere only its own people
  expect(call(seats)).toEqual(one("sd"));
  way("is", "pb", { state: "clean" });
  way("is", "sd", { state: "clean" });
  expect(call(seats)).toEqual(cascade);
});

test("a call just moved is not moved again for half a minute, unless it must", () => {
  const { call, way, pass, gone } = country();
  const seats = { is: 1, pb: 1, sd: 1 };
  expect(call(seats)).toEqual(cascade);
  way("is", "pb", { state: "lossy" });
  expect(call(seats)).toEqual(one("sd"));
  way("is", "pb", { state: "clean" });
  pass(10_000);
  expect(call(seats)).toEqual(one("sd"));
  way("is", "pb", { state: "lossy" });
  gone.add("sd");
  expect(call(seats)).toEqual(one("is"));
  pass(31_000);
  way("is", "pb", { state: "clean" });
  expect(call(seats)).toEqual(cascade);
});

test("another place must be clearly better, and stay so", () => {
  const { call, way, pass, access } = country();
  const seats = { is: 1, pb: 1 };
  expect(call(seats, { kind: "direct" })).toEqual(one("is"));
  way("is", "sd", { rtt: 80 });
  way("is", "pb", { rtt: 200 });
  const three = { is: 1, pb: 1, sd: 2 };
  way("pb", "sd", { rtt: 40 });
  pass(60_000);
  expect(call(three, { kind: "direct" })).toEqual(one("is"));
  pass(10_000);
  expect(call(three, { kind: "direct" })).toEqual(one("is"));
  way("is", "pb", { rtt: 45 });
  expect(call(three, { kind: "direct" })).toEqual(one("is")); // no longer better: the patience begins anew
  way("is", "pb", { rtt: 200 });
  call(three, { kind: "direct" });
  pass(19_000);
  expect(call(three, { kind: "direct" })).toEqual(one("is"));
  pass(1_500);
  expect(call(three, { kind: "direct" })).toEqual(one("sd"));
  access.set("sd", 35);
  pass(60_000);
  expect(call(three, { kind: "direct" })).toEqual(one("sd"));
});

test("where the fleet's table names no media address there is no cascade", () => {
  const { call, unjoined, pass } = country();
  unjoined.add("kp");
  expect(call({ is: 1, pb: 1 })).toEqual(cascade);
  expect(call({ is: 2, pb: 1, kp: 1 })).toEqual(one("is"));
  pass(60_000);
  expect(call({ is: 2, pb: 1, kp: 1 })).toEqual(one("is"));
  expect(call({ is: 2, pb: 1 })).toEqual(cascade);
});

test("who is cut off decides for itself with what it reaches, and not for a moment's silence", () => {
  const { call, way, gone, pass } = country();
  way("is", "pb", { state: "lossy" });
  way("is", "sd", { state: "lossy" });
  expect(call({ is: 1, pb: 3, sd: 1 })).toEqual(one("pb"));
  way("is", "pb", { up: false });
  expect(call({ is: 2 })).toEqual(one("pb"));
  pass(2_000);
  way("is", "pb", { up: true });
  expect(call({ is: 2 })).toEqual(one("pb"));
  way("is", "pb", { up: false });
  expect(call({ is: 2 })).toEqual(one("pb"));
  pass(3_000);
  expect(call({ is: 2 })).toEqual(one("is"));
  gone.add("is");
  expect(call({ is: 2 })).toEqual(one("is")); // nothing better is there: it comes back
});

test("who is left alone waits longer, and not at all for a gateway that is gone", () => {
  const { call, way, gone, pass } = country();
  const direct = { kind: "direct", began: "pb" } as const;
  expect(call({ is: 1, pb: 1 }, direct)).toEqual(one("pb"));
  way("is", "pb", { up: false });
  expect(call({ is: 1 }, direct)).toEqual(one("pb"));
  pass(8_000);
  expect(call({ is: 1 }, direct)).toEqual(one("pb"));
  gone.add("pb");
  expect(call({ is: 1 }, direct)).toEqual(one("is"));
});

test("all who know the same decide the same, in whichever order they learned it", () => {
  const decided = [
    { is: 1, pb: 1, sd: 1 },
    { sd: 1, is: 1, pb: 1 },
    { pb: 1, sd: 1, is: 1 },
  ].map((seats) => {
    const { call, way } = country();
    way("pb", "sd", { state: "lossy" });
    return call(seats, { began: "ba" });
  });
  expect(decided).toEqual([one("is"), one("is"), one("is")]);
});
