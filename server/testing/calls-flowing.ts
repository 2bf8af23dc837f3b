import type { CallStats } from "../../web/call/contract.ts";
import { type CallReading, flowsOf } from "./calls-probe.ts";

export interface Flowing {
  flowing: number;
  expected: number;
  /** what does not flow, in words */
  still: string[];
}

/**
 * Streams that everybody is to have of everybody else, and how many of them carry something new. With `bad` lines some may
 * be down to voices, as they are to be: then no picture is due to them or from them.
 */
export function flowingOf(
  names: readonly string[],
  before: readonly (CallStats | null)[],
  after: readonly (CallReading | null)[],
  bad: boolean,
): Flowing {
  const still: string[] = [];
  let [flowing, expected] = [0, 0];
  for (const [i, call] of after.entries()) {
    const former = before[i];
    const flows = call?.stats && former ? flowsOf(former, call.stats) : [];
    const others = call?.faces.filter(({ mine }) => !mine) ?? [];
    for (const track of ["mic", "camera"] as const) {
      const pictures = call?.ladder.step !== "audio";
      const due = others.filter(({ on }) => track === "mic" || (pictures && on.includes(track)));
      const goes = flows.filter((flow) => flow.flowing && flow.track === track).map(({ from }) => from);
      flowing += goes.length;
      expected += bad ? due.length : names.length - 1;
      for (const { seat, person } of due)
        if (!goes.includes(seat)) still.push(`${names[i]} lacks the ${track} of ${person}`);
    }
  }
  return { flowing, expected, still };
}
