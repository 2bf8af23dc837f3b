import { expect, test } from "bun:test";
import { cut, MIDDLE, moved } from "./crop.ts";

const WIDE = { naturalWidth: 1600, naturalHeight: 1000 };
const TALL = { naturalWidth: 300, naturalHeight: 900 };

test("the square stands in the middle at first, as large as the picture lets it", () => {
  expect(cut(WIDE, MIDDLE)).toEqual({ left: 300, top: 0, side: 1000 });
  expect(cut(TALL, MIDDLE)).toEqual({ left: 0, top: 300, side: 300 });
  expect(cut(WIDE, { ...MIDDLE, zoom: 2 })).toEqual({ left: 550, top: 250, side: 500 });
});

test("it never leaves the picture, wherever it is moved", () => {
  for (const x of [-1, 0, 0.2, 1, 2])
    for (const y of [-1, 0, 0.7, 1])
      for (const zoom of [1, 1.5, 4])
        for (const source of [WIDE, TALL]) {
          const { left, top, side } = cut(source, { x, y, zoom });
          expect(
            [left, top, source.naturalWidth - left - side, source.naturalHeight - top - side].every(
              (gap) => gap >= -1e-9,
            ),
          ).toBe(true);
        }
});

test("a drag takes the picture along: by half a side to the right, its left half comes into sight", () => {
  const crop = moved(WIDE, { ...MIDDLE, zoom: 2 }, 0.5, 0);
  expect(cut(WIDE, crop)).toEqual({ left: 300, top: 250, side: 500 });
  // At the edge it stops, and comes back at once when dragged the other way.
  const far = moved(WIDE, crop, 9, 0);
  expect(cut(WIDE, far).left).toBe(0);
  expect(cut(WIDE, moved(WIDE, far, -0.1, 0)).left).toBe(50);
});
