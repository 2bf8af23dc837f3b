import { expect, test } from "bun:test";
import { Deaf } from "./deaf.ts";

type Line = [id: string, packets: number, samples: number | undefined];
const report = (...lines: Line[]) =>
  new Map(
    lines.map(([id, packetsReceived, totalSamplesReceived]) => [
      id,
      { id, type: "inbound-rtp", kind: "audio", packetsReceived, totalSamplesReceived },
    ]),
  );
/** Looks once a second, fifty packets of each line apart. @returns the seconds at which it should begin anew */
function over(seconds: number, lines: (second: number) => Line[]): number[] {
  const deaf = new Deaf();
  return Array.from({ length: seconds }, (_, second) => second).filter((second) =>
    deaf.take(report(...lines(second)), second * 1000),
  );
}

test("a voice that arrives and is never played, beside one that is, makes the connection begin anew", () => {
  const lines = (second: number): Line[] => [
    ["a", second * 50, second * 48_000],
    ["b", second * 50, 0],
  ];
  expect(over(20, lines)).toEqual([8]);
});

test("and again after a minute at the soonest, where that did not mend it", () => {
  expect(
    over(100, (s) => [
      ["a", s * 50, 1 + s],
      ["b", s * 50, 0],
    ]),
  ).toEqual([8, 68]);
});

test("silence, a voice that begins late, a page that plays nothing and a browser that does not count are none of it", () => {
  expect(
    over(60, (s) => [
      ["a", s * 50, 1 + s],
      ["b", 0, 0],
    ]),
  ).toEqual([]);
  expect(
    over(60, (s) => [
      ["a", s * 50, 1 + s],
      ["b", Math.max(0, s - 5) * 50, s < 10 ? 0 : s],
    ]),
  ).toEqual([]);
  expect(
    over(60, (s) => [
      ["a", s * 50, 0],
      ["b", s * 50, 0],
    ]),
  ).toEqual([]);
  expect(
    over(60, (s) => [
      ["a", s * 50, undefined],
      ["b", s * 50, undefined],
    ]),
  ).toEqual([]);
});

test("a connection that was made anew counts from its own beginning", () => {
  expect(
    over(12, (s) => [
      ["a", s * 50, 1 + s],
      ["b", s < 6 ? s * 50 : (s - 6) * 50, 0],
    ]),
  ).toEqual([]);
});
