import { expect, test } from "bun:test";
import type { Tried } from "./attack.ts";
import { CALM } from "./at-work.ts";
import { judge } from "./judge.ts";
import type { Worked } from "./workers.ts";

const worked = (more: Partial<Worked> = {}): Worked => ({
  ...{ t: "worked", times: { [CALM]: [10, 20], forging: [30, 40] }, written: 4, lost: [], unstored: 0, reconnected: 0 },
  ...more,
});
const tried = (more: Partial<Tried> = {}): Tried => ({ name: "a lie", succeeded: false, ...more });
const one = (...all: Tried[]) => [{ name: "forging", tried: all }];

test("where nothing succeeds and nothing is lost all is well, and the times are compared", () => {
  expect(judge(one(tried(), tried()), worked(), [])).toMatchObject({
    ...{ attacks: 2, succeeded: [], harm: [], blind: [], isGood: true },
    ...{ calmP99: 20, attackedP99: 40, ratio: 2, beside: [{ name: "forging", p99: 40 }] },
  });
});

test("one attack that succeeds is named, with what was seen", () => {
  const verdict = judge(
    one(tried(), tried({ name: "another lie", succeeded: true, saw: "it was read" })),
    worked(),
    [],
  );
  expect(verdict).toMatchObject({ attacks: 2, succeeded: ["forging: another lie – it was read"], isGood: false });
});

test("whatever the honest lose is harm, whether or not an attack succeeded", () => {
  for (const [loss, crashes] of [
    [{ lost: ["x reads nothing for at work 1"] }, []],
    [{ unstored: 1 }, []],
    [{}, ["node is ended by itself"]],
  ] as const) {
    const verdict = judge(one(tried()), worked(loss as Partial<Worked>), crashes);
    expect(verdict.harm.length).toBe(1);
    expect(verdict.isGood).toBe(false);
  }
});

test("what could not be judged is not well: an attack, nothing tried, nobody who read", () => {
  const blind = judge([{ name: "forging", tried: [], blind: "its own words were not seen" }], worked(), []);
  expect(blind.blind).toEqual(["forging: its own words were not seen", "nothing was tried"]);
  expect(judge([], worked(), []).isGood).toBe(false);
  for (const times of [{ [CALM]: [1] }, { forging: [1] }, {}] as Record<string, number[]>[])
    expect(judge(one(tried()), worked({ times }), []).isGood).toBe(false);
});

test("what a rule admits is told and not counted, unless all is to count", () => {
  const results = one(tried(), tried({ name: "in a guest's name", succeeded: true, admitted: "R160" }));
  expect(judge(results, worked(), [])).toMatchObject({
    ...{ attacks: 1, succeeded: [], isGood: true, admitted: ["forging: in a guest's name – (R160)"], outdated: [] },
  });
  expect(judge(results, worked(), [], true)).toMatchObject({ attacks: 2, isGood: false, admitted: [] });
});

test("a rule that admits what nobody can do any more is named", () => {
  const results = one(
    tried({ admitted: "R160" }),
    tried({ admitted: "R161", succeeded: true }),
    tried({ admitted: "R161" }),
  );
  expect(judge(results, worked(), []).outdated).toEqual(["R160"]);
});
