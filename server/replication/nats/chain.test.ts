import { expect, test } from "bun:test";
import { Chain, placeText, readPlace } from "./chain.ts";

const frame = (place: number, after: number, log = 7) => ({ place, after: { log, seq: after } });

test("a frame whose predecessor was not taken shows a hole", () => {
  const chain = new Chain();
  chain.take(frame(3, 0));
  expect(chain.misses(frame(5, 3))).toBe(false);
  expect(chain.misses(frame(9, 5))).toBe(true);
});

test("what comes again is known and moves nothing back", () => {
  const chain = new Chain();
  for (const [place, after] of [
    [3, 0],
    [5, 3],
  ] as const) {
    chain.take(frame(place, after));
  }
  expect(chain.knows(frame(3, 0))).toBe(true);
  chain.take(frame(3, 0));
  expect(chain.at).toEqual({ log: 7, seq: 5 });
});

test("a hole that refilling did not close is given up, the next one is not", () => {
  const chain = new Chain();
  chain.take(frame(3, 0));
  chain.refilled();
  expect(chain.misses(frame(9, 5))).toBe(false);
  chain.take(frame(9, 5));
  expect(chain.misses(frame(15, 12))).toBe(true);
});

test("the end of the log shows what is lacking, and a log made anew is lacking from its beginning", () => {
  const chain = new Chain();
  expect(chain.behind({ log: 7, seq: 0 })).toBe(false);
  chain.take(frame(3, 0));
  expect(chain.behind({ log: 7, seq: 3 })).toBe(false);
  expect(chain.behind({ log: 7, seq: 4 })).toBe(true);
  expect(chain.misses(frame(2, 1, 8))).toBe(false);
  expect(chain.behind({ log: 8, seq: 1 })).toBe(true);
  expect(chain.at).toEqual({ log: 8, seq: 0 });
});

test("a place is read as it was written, and nothing else is", () => {
  expect(readPlace(placeText({ log: 1795362674582, seq: 41 }))).toEqual({ log: 1795362674582, seq: 41 });
  for (const text of [undefined, "", "x 1", "1"]) expect(readPlace(text)).toBeUndefined();
});
