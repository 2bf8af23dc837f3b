// What the command line of ./scripts/test asks for.
import { parseArgs } from "node:util";
import { STAGES, testFiles } from "./stages.ts";

export interface Asked {
  stages: string[];
  /** these test files alone, as paths that begin with a dot; absent where whole stages are meant */
  files?: Set<string>;
  /** only what the difference to this commit can touch; "" stands for what is not pushed yet */
  changed?: string;
  besideLoad: boolean;
  /** how often each file runs, one time after another */
  times: number;
  workers?: number;
}

/** What was asked cannot be done, in words for the person at the terminal. */
export class CannotAsk extends Error {}

export function readAsked(args: readonly string[]): Asked {
  const { values, positionals } = parse(args);
  const times = whole("--times", values.times ?? "1");
  const files = new Set<string>();
  const stages = new Set<string>();
  const known = testFiles();
  for (const name of positionals) {
    const path = `./${name.replace(/^\.\//, "")}`;
    const stage = [...known].find(([, paths]) => paths.includes(path))?.[0];
    if (stage) {
      files.add(path);
      stages.add(stage);
    } else if ((STAGES as readonly string[]).includes(name)) stages.add(name);
    else throw new CannotAsk(`There is no stage or test file ${name}; the stages are ${STAGES.join(", ")}.`);
  }
  return {
    stages: stages.size > 0 ? [...stages] : [...STAGES],
    ...(files.size > 0 && { files }),
    ...((values.changed || values.since !== undefined) && { changed: values.since ?? "" }),
    besideLoad: values["beside-load"] ?? false,
    times,
    ...(values.workers !== undefined && { workers: whole("--workers", values.workers) }),
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { changed: flag, since: text, "beside-load": flag, times: text, workers: text };
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new CannotAsk(`${(error as Error).message.split(". ")[0]}. ./scripts/test --help tells what there is.`);
  }
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1000)
    throw new CannotAsk(`${name} takes a number from 1 to 1000, not ${text}.`);
  return value;
}
