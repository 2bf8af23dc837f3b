import { expect, test } from "bun:test";
import { atFirst, type Happening, next, pause, type Standing } from "./standing.ts";

const run = (from: Standing, now: number, ...happenings: Happening[]) =>
  happenings.reduce((standing, happening) => next(standing, happening, now), from);
const up = run(atFirst(0), 0, { is: "spawned" }, { is: "connected" });
const dead = { is: "exited", why: "killed" } as const;

test("from down through starting to up, with a life of its own", () => {
  expect(atFirst(5).state).toEqual({ at: "down", since: 5, why: "not started" });
  expect(run(atFirst(0), 0, { is: "spawned" }).state).toEqual({ at: "starting", life: 1 });
  expect(up.state).toEqual({ at: "up", life: 1 });
});

test("a lost connection keeps the life, a death ends it", () => {
  const lost = next(up, { is: "lost" }, 7);
  expect(lost.state).toEqual({ at: "lost", life: 1, since: 7 });
  expect(next(lost, { is: "reclaimed" }, 9).state).toEqual({ at: "up", life: 1 });
  expect(next(lost, dead, 9).state).toEqual({ at: "down", since: 9, why: "killed" });
  expect(run(lost, 9, dead, { is: "spawned" }, { is: "connected" }).state).toEqual({ at: "up", life: 2 });
});

test("what cannot happen changes nothing", () => {
  const down = next(up, dead, 1);
  const impossible: Happening[] = [dead, { is: "lost" }, { is: "reclaimed" }, { is: "connected" }];
  for (const happening of impossible) expect(next(down, happening, 2)).toBe(down);
  for (const happening of [{ is: "spawned" }, { is: "connected" }, { is: "reclaimed" }] as const)
    expect(next(up, happening, 2)).toBe(up);
});

test("it is started again at once, and only after several quick deaths with a growing pause", () => {
  let standing = up;
  const pauses: number[] = [];
  for (let death = 0; death < 12; death++) {
    standing = next(standing, dead, 1000 + death);
    pauses.push(pause(standing, 1000 + death));
    standing = run(standing, 1000 + death, { is: "spawned" }, { is: "connected" });
  }
  expect(pauses.slice(0, 5)).toEqual([0, 0, 0, 500, 1000]);
  expect(Math.max(...pauses)).toBe(15_000);
  expect(pause(standing, 40_000)).toBe(0);
  expect(next(standing, dead, 40_000).deaths).toEqual([40_000]);
});
