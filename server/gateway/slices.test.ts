import { expect, test } from "bun:test";
import { Slices } from "./slices.ts";

const turn = () => new Promise((done) => setImmediate(done));

test("a few are begun at once, a crowd a few in each turn, in order, and all get their answers", async () => {
  const slices = new Slices();
  const begun: number[] = [];
  const answers = Array.from({ length: 30 }, (_, i) =>
    slices.run(() => {
      begun.push(i);
      return i;
    }),
  );
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await turn();
  expect(begun.length).toBe(16);
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  await turn();
  await turn();
  expect(slices.run(() => "at once")).toBe("at once");
});

test("what fails fails alone, and beyond what can wait nothing is taken", async () => {
  const slices = new Slices();
  for (let i = 0; i < 8; i++) slices.run(() => i);
  const failing = slices.run(() => {
    throw new Error("mine");
  });
  const sound = slices.run(() => "sound");
  await expect(failing as Promise<never>).rejects.toThrow("mine");
  expect(await sound).toBe("sound");
  for (let i = 0; i < 8; i++) slices.run(() => i);
  const taken = Array.from({ length: 20_010 }, (_, i) => slices.run(() => i));
  expect(taken.filter((answer) => answer === undefined).length).toBeGreaterThan(0);
});
