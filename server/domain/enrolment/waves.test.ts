import { expect, test } from "bun:test";
import type { WaveStatus } from "#protocol/admin";
import type { Person, Wave } from "#protocol/directory";
import { type Candidate, includes, type Readings, stateOf } from "./waves.ts";

const NOW = Date.UTC(2026, 10, 22, 9);
const DAY = 86_400_000;
const well: Readings = { failedPart: () => 0, signInP99Ms: () => 40, diskFree: () => 1e11 };

const wave = (over: Partial<Wave> = {}): Wave => ({
  id: "01".repeat(16),
  province: "is",
  place: 1,
  name: { en: "Trial", ur: "آزمائش" },
  who: { kind: "employees" },
  quota: null,
  opens: NOW - DAY,
  closes: null,
  gates: {},
  hand: "auto",
  ...over,
});
const state = (over: Partial<Wave>, readings = well, inside = 0, earlier: WaveStatus["state"][] = []) =>
  stateOf(
    wave({ place: 5, ...over }),
    readings,
    inside,
    NOW,
    earlier.map((one, place) => ({ wave: wave({ place }), state: one })),
  );

test("a wave goes by its dates, its quota and the hand on it", () => {
  expect(state({}).state).toBe("open");
  expect(state({ opens: NOW }).state).toBe("open");
  expect(state({ opens: NOW + 1 }).state).toBe("planned");
  expect(state({ closes: NOW }).state).toBe("closed");
  expect(state({ closes: NOW + 1 }).state).toBe("open");
  expect(state({ quota: 3 }, well, 2).state).toBe("open");
  expect(state({ quota: 3 }, well, 3)).toEqual({ state: "full", why: ["All of its 3 places are taken."] });
  expect(state({ hand: "close" }).state).toBe("closed");
  expect(state({ hand: "hold" }).state).toBe("held");
  // A hand that holds it changes nothing about its date.
  expect(state({ hand: "hold", opens: NOW + 1 }).state).toBe("planned");
});

test("each gate that is not met holds it, and says so", () => {
  const gates = { errors: 0.02, signInMs: 1500, diskFree: 5e9 };
  expect(state({ gates }).state).toBe("open");
  const met: Readings = { failedPart: () => 0.02, signInP99Ms: () => 1500, diskFree: () => 5e9 };
  expect(state({ gates }, met).state).toBe("open");
  const shut: Readings = { failedPart: () => 0.021, signInP99Ms: () => 1501, diskFree: () => 5e9 - 1 };
  expect(state({ gates }, shut).state).toBe("held");
  expect(state({ gates }, shut).why).toHaveLength(3);
  for (const one of Object.entries(gates))
    expect(state({ gates: Object.fromEntries([one]) }, shut).why).toHaveLength(1);
  expect(state({ gates: {} }, shut).state).toBe("open");
});

test("a wave waits for those before it to have opened, and for nothing else of theirs", () => {
  for (const before of ["open", "full", "closed"] as const) expect(state({}, well, 0, [before]).state).toBe("open");
  for (const before of ["planned", "held"] as const) expect(state({}, well, 0, ["open", before]).state).toBe("held");
});

test("who a wave is for", () => {
  const words = { en: "", ur: "" };
  const person: Person = { id: "0a".repeat(16), province: "is", name: words, post: words, unit: words };
  const post = "0c".repeat(16);
  const charge = { id: "0b".repeat(16), post, person: person.id, kind: "regular" as const, from: 0, to: null };
  const outsider: Candidate = { person, charges: [], units: new Set() };
  const byNumber: Candidate = { ...outsider, person: { ...person, number: "417" } };
  const byCharge: Candidate = { ...outsider, charges: [charge], units: new Set(["wing", "ministry"]) };
  const kinds: Wave["who"][] = [
    { kind: "named", people: [person.id] },
    { kind: "named", people: [] },
    { kind: "units", units: ["ministry"] },
    { kind: "units", units: ["section"] },
    { kind: "employees" },
    { kind: "public" },
  ];
  const taken = (who: Candidate) => kinds.map((kind) => includes(wave({ who: kind }), who));
  expect(taken(outsider)).toEqual([true, false, false, false, false, true]);
  expect(taken(byNumber)).toEqual([true, false, false, false, true, false]);
  expect(taken(byCharge)).toEqual([true, false, true, false, true, false]);
});
