import { CALM } from "./at-work.ts";
import type { Attack } from "./attack.ts";
import { calls } from "./attacks/calls.ts";
import { control } from "./attacks/control.ts";
import { devices } from "./attacks/devices.ts";
import { directory } from "./attacks/directory.ts";
import { floods } from "./attacks/floods.ts";
import { links } from "./attacks/links.ts";
import { marks } from "./attacks/marks.ts";
import { records } from "./attacks/records.ts";
import { replay } from "./attacks/replay.ts";
import { stamps } from "./attacks/stamps.ts";
import { twins } from "./attacks/twins.ts";
import { visitor } from "./attacks/visitor.ts";
import { Field, type FieldOptions, stopAll } from "./field.ts";
import { type AttackResult, judge, type Verdict } from "./judge.ts";
import { stopWorkers, Workers } from "./workers.ts";

/** In this order: what costs the others' allowance comes last, as they hear whoever is over it slowly. */
export const ATTACKS: readonly Attack[] = [
  ...[records, control, twins, stamps, replay, links, directory, devices, calls, visitor],
  ...[marks, floods],
];

/** Before the first attack, and between two, the honest are let alone so long, in milliseconds. */
const CALM_MS = 8_000;
const PAUSE_MS = 1_500;
/** Most take some seconds. What hangs is not judged. */
const LIMIT_MS = 240_000;
/** What an attack set going counts as its own for so long. */
const AFTER_MS = 1_000;

export interface ProbeOptions extends FieldOptions {
  /** only these attacks */
  only?: readonly string[];
  /** what rules admit counts like all else */
  strict?: boolean;
  say?: (words: string) => void;
}

/** One run: a fleet, people at work in it, and every attack of the hostile province one after another. */
export async function probeHostile(options: ProbeOptions): Promise<Verdict> {
  const { only, strict, say = () => {} } = options;
  try {
    const field = await Field.open(options);
    const workers = await Workers.start(field);
    say(`${field.hostile.province} is hostile; ${field.honest.join(" and ")} are honest`);
    await Bun.sleep(CALM_MS);
    const results: AttackResult[] = [];
    for (const attack of ATTACKS) {
      if (only && !only.includes(attack.name)) continue;
      if (attack.needsCalls && !field.hasCalls) {
        say(`${attack.name}: not tried, as no media gateway is here`);
        continue;
      }
      workers.phase(attack.name);
      const result = await attempt(attack, field);
      await Bun.sleep(AFTER_MS);
      workers.phase(CALM);
      results.push(result);
      say(line(result));
      await Bun.sleep(PAUSE_MS);
    }
    field.close();
    return judge(results, await workers.end(), field.crashes, strict);
  } finally {
    await stopProbe();
  }
}

/** Ends whatever runs, at any time. */
export async function stopProbe(): Promise<void> {
  await stopWorkers();
  await stopAll();
}

async function attempt({ name, run }: Attack, field: Field): Promise<AttackResult> {
  const late = Bun.sleep(LIMIT_MS).then(() => {
    throw new Error(`it did not come to an end within ${LIMIT_MS / 1000} s`);
  });
  try {
    return { name, tried: await Promise.race([run(field), late]) };
  } catch (error) {
    return { name, tried: [], blind: (error as Error).message };
  }
}

const line = ({ name, tried, blind }: AttackResult): string =>
  blind === undefined
    ? `${name}: ${tried.length} tried, ${tried.filter((one) => one.succeeded && !one.admitted).length} succeeded`
    : `${name}: could not be judged`;
