import type { WaveStatus } from "#protocol/admin";
import type { Person } from "#protocol/directory";

const DAY = 86_400_000;
const NOW = Date.now();

/** Waves of the made-up ministry: one full, one open, one held back. */
export const waves = (people: Person[]): WaveStatus[] => {
  const wave = (place: number, en: string, ur: string) => ({
    id: `w${place}`,
    province: "is",
    place,
    name: { en, ur },
  });
  return [
    {
      wave: {
        ...wave(1, "Trial", "آزمائش"),
        who: { kind: "named", people: people.slice(0, 5).map(({ id }) => id) },
        quota: 20,
        opens: NOW - 30 * DAY,
        closes: null,
        gates: {},
        hand: "auto",
      },
      state: "full",
      why: [],
      inside: 20,
      invited: 0,
    },
    {
      wave: {
        ...wave(2, "Coordination and Finance", "رابطہ اور مالیات"),
        who: { kind: "units", units: ["u2", "u4"] },
        quota: 200,
        opens: NOW - 3 * DAY,
        closes: null,
        gates: { errors: 0.02, signInMs: 3000 },
        hand: "auto",
      },
      state: "open",
      why: [],
      inside: 45,
      invited: 12,
    },
    {
      wave: {
        ...wave(3, "All employees", "تمام ملازمین"),
        who: { kind: "employees" },
        quota: null,
        opens: NOW - DAY,
        closes: null,
        gates: { errors: 0.01, diskFree: 20_000_000_000 },
        hand: "auto",
      },
      state: "held",
      why: ["2.4% of requests failed; at most 1% may."],
      inside: 0,
      invited: 0,
    },
  ];
};
