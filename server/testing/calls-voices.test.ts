import { expect, test } from "bun:test";
import type { CallReading } from "./calls-probe.ts";
import { heardBetween, inWords } from "./calls-voices.ts";

const reading = (samples: number, concealed: number, bytes: number): CallReading =>
  ({
    ladder: { step: "audio", why: "network" },
    faces: [{ seat: "s", person: "0123456789abcdef" }],
    stats: { received: [{ seat: "s", track: "mic", samples, concealed, bytes }] },
  }) as unknown as CallReading;

test("of a voice is told what was made up of it, and how much came, between the two readings alone", () => {
  const [heard] = heardBetween(["ayesha"], [reading(48_000, 24_000, 1_000)], [reading(96_000, 25_440, 2_500)], 1_000);
  expect(heard && inWords(heard)).toBe("ayesha (audio/network) hears 01234567: 3% made up, 12 kb/s.");
  expect(heardBetween(["ayesha"], [reading(1, 0, 0)], [reading(1, 0, 0)], 1_000)).toEqual([]);
  expect(heardBetween(["ayesha"], [null], [reading(1, 0, 0)], 1_000)).toEqual([]);
});
