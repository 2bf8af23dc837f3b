import { expect, test } from "bun:test";
import type { Track } from "#protocol/call";
import type { Face } from "../../call/contract.ts";
import { GAP, fitGrid, pickMain, sizeFor, stripOrder } from "./layout.ts";

const face = (seat: string, more: Partial<Face> = {}): Face => ({
  seat,
  person: `p${seat}`,
  name: null,
  mine: false,
  rank: "member",
  state: "in",
  on: new Set<Track>(["mic"]),
  hand: null,
  speaking: false,
  recording: false,
  network: 3,
  camera: null,
  screen: null,
  readable: true,
  ...more,
});

test("tiles of every count fit into the area, on a phone and on a desk", () => {
  for (const [width, height] of [
    [344, 430],
    [640, 250],
    [1264, 620],
    [320, 120],
  ] as const)
    for (let count = 1; count <= 200; count++) {
      const shape = fitGrid(width, height, count);
      const shown = Math.min(count, shape.perPage);
      const rows = Math.ceil(shown / shape.columns);
      expect(shape.columns * (shape.width + GAP) - GAP).toBeLessThanOrEqual(width);
      expect(rows * (shape.height + GAP) - GAP).toBeLessThanOrEqual(height);
      expect(shape.pages * shape.perPage).toBeGreaterThanOrEqual(count);
      expect(shape.perPage).toBeLessThanOrEqual(16);
      expect(shape.width).toBeGreaterThan(0);
    }
});

test("two stand above each other on a phone and beside each other on a desk", () => {
  expect(fitGrid(344, 480, 2).columns).toBe(1);
  expect(fitGrid(1264, 620, 2).columns).toBe(2);
});

test("small tiles ask for small pictures", () => {
  expect([sizeFor(150), sizeFor(150, 3), sizeFor(400), sizeFor(900)]).toEqual(["small", "middle", "middle", "full"]);
});

test("what stands large: pinned before a screen before who spoke", () => {
  const me = face("me", { mine: true, on: new Set<Track>(["screen"]) });
  const faces = [me, face("a"), face("b", { on: new Set<Track>(["screen"]) }), face("c")];
  expect(pickMain(faces, ["c"], "a")).toMatchObject({ face: { seat: "a" }, track: "camera" });
  expect(pickMain(faces, ["c"], null)).toMatchObject({ face: { seat: "b" }, track: "screen" });
  expect(pickMain([me, face("a"), face("c")], ["gone", "c"], null)).toMatchObject({ face: { seat: "c" } });
  expect(pickMain([me, face("w", { state: "lobby" })], ["w"], null)).toBeNull();
});

test("the strip begins with who spoke last, and keeps the order of the rest", () => {
  const faces = ["a", "b", "c", "d"].map((seat) => face(seat));
  expect(stripOrder(faces, ["d", "b"], "b").map(({ seat }) => seat)).toEqual(["d", "a", "c"]);
});
