import { CALM } from "./at-work.ts";
import type { Tried } from "./attack.ts";
import type { Worked } from "./workers.ts";

/** What came of one attack: all that it tried, or why it could not be judged. */
export interface AttackResult {
  name: string;
  tried: readonly Tried[];
  blind?: string;
}

export interface Verdict {
  /** tried and counted */
  attacks: number;
  succeeded: readonly string[];
  /** what a rule says is possible still, and is */
  admitted: readonly string[];
  /** what a rule says is possible still, and is not: the rule is out of date */
  outdated: readonly string[];
  /** what the honest lost */
  harm: readonly string[];
  blind: readonly string[];
  /** 99th of 100 from writing to reading, in milliseconds, and the one over the other */
  calmP99: number;
  attackedP99: number;
  ratio: number;
  /** the same beside each attack */
  beside: readonly { name: string; p99: number }[];
  isGood: boolean;
}

/** @param strict what rules admit counts like all else */
export function judge(
  results: readonly AttackResult[],
  worked: Worked,
  crashes: readonly string[],
  strict = false,
): Verdict {
  const named = results.flatMap(({ name, tried }) => tried.map((one) => ({ ...one, name: `${name}: ${one.name}` })));
  const counted = named.filter(({ admitted }) => strict || admitted === undefined);
  const words = ({ name, saw, admitted }: Tried) =>
    [name, saw, admitted && `(${admitted})`].filter(Boolean).join(" – ");
  const succeeded = counted.filter((one) => one.succeeded).map(words);
  const excused = named.filter(({ admitted }) => !strict && admitted !== undefined);
  const blind = results.flatMap(({ name, blind: why }) => (why === undefined ? [] : [`${name}: ${why}`]));
  if (named.length === 0) blind.push("nothing was tried");
  const { lost, unstored } = worked;
  const times = Object.entries(worked.times);
  const calm = times.flatMap(([phase, some]) => (phase === CALM ? some : []));
  const attacked = times.flatMap(([phase, some]) => (phase === CALM ? [] : some));
  if (calm.length === 0 || attacked.length === 0) blind.push("the honest read nothing in one of the times");
  const harm = [...lost.slice(0, 20), ...crashes];
  if (lost.length > 20) harm.push(`and ${lost.length - 20} more`);
  if (unstored > 0) harm.push(`${unstored} messages of the honest were never stored`);
  const [calmP99, attackedP99] = [p99(calm), p99(attacked)];
  return {
    ...{ attacks: counted.length, succeeded, harm, blind, calmP99, attackedP99 },
    admitted: excused.filter((one) => one.succeeded).map(words),
    // One of several ways may fail where others of the same rule do not.
    outdated: [...new Set(excused.map(({ admitted }) => admitted as string))].filter(
      (rule) => !excused.some((one) => one.admitted === rule && one.succeeded),
    ),
    ratio: attackedP99 / calmP99,
    beside: times.flatMap(([name, some]) => (name === CALM ? [] : [{ name, p99: p99(some) }])),
    isGood: succeeded.length + harm.length + blind.length === 0,
  };
}

function p99(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.NaN;
}
