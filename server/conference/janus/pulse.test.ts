import { expect, test } from "bun:test";
import { BEAT, BEATS, Beats } from "./pulse.ts";

for (const [kind, isStopped] of [
  ["busy", false],
  ["stopped", true],
] as const)
  test(`one that is ${kind} may be silent for so long, and an answer begins the count anew`, () => {
    const beats = new Beats(0);
    let now = 0;
    const beat = () => {
      now += BEAT;
      return beats.beat(now, () => isStopped);
    };
    for (let i = 0; i < BEATS[kind]; i++) expect(beat()).toBe(false);
    beats.answered();
    for (let i = 0; i < BEATS[kind]; i++) expect(beat()).toBe(false);
    expect(beat()).toBe(true);
  });

test("a beat that is late tells of ourselves, not of the other", () => {
  const beats = new Beats(0);
  for (let i = 1; i <= 20; i++) expect(beats.beat(i * BEAT * 2, () => true)).toBe(false);
});
