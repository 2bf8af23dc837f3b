import type { CallReading } from "./calls-probe.ts";

/** How one person heard another between two readings of the same page. */
export interface Heard {
  by: string;
  from: string;
  /** share of what was played that was made up for what was lost; silence does not count */
  concealed: number;
  /** of sound received, without headers */
  kbps: number;
  ladder: string;
}

export function heardBetween(
  names: readonly string[],
  before: readonly (CallReading | null)[],
  after: readonly (CallReading | null)[],
  ms: number,
): Heard[] {
  return after.flatMap((call, i) =>
    (call?.stats?.received ?? []).flatMap((now) => {
      const then = before[i]?.stats?.received.find(({ seat, track }) => seat === now.seat && track === now.track);
      if (now.track !== "mic" || !then || now.samples <= then.samples) return [];
      const from = call?.faces.findIndex(({ seat }) => seat === now.seat) ?? -1;
      return {
        by: names[i] as string,
        from: call?.faces[from]?.person.slice(0, 8) ?? now.seat,
        concealed: (now.concealed - then.concealed) / (now.samples - then.samples),
        kbps: ((now.bytes - then.bytes) * 8) / ms,
        ladder: `${call?.ladder.step}/${call?.ladder.why}`,
      };
    }),
  );
}

export const inWords = ({ by, from, concealed, kbps, ladder }: Heard): string =>
  `${by} (${ladder}) hears ${from}: ${Math.round(concealed * 1000) / 10}% made up, ${Math.round(kbps)} kb/s.`;
