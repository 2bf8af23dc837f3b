import { expect, test } from "bun:test";
import { BEAT, BEATS, Beats } from "./pulse.ts";

test("five questions without an answer are a silence, and an answer begins the count anew", () => {
  const beats = new Beats(0);
  let now = 0;
  const beat = () => {
    now += BEAT;
    return beats.beat(now);
  };
  for (let i = 0; i < BEATS; i++) expect(beat()).toBe(false);
  beats.answered();
  for (let i = 0; i < BEATS; i++) expect(beat()).toBe(false);
  expect(beat()).toBe(true);
});

test("a beat that is late tells of ourselves, not of the other", () => {
  const beats = new Beats(0);
  for (let i = 1; i <= 20; i++) expect(beats.beat(i * BEAT * 2)).toBe(false);
});
