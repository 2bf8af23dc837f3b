// The stages of ./scripts/test, each as jobs that run by themselves.
import { Glob } from "bun";

/** A check counts as one; a test job is one run of `bun test` over some files, in a process of its own. */
export type Job = { stage: string; name: string; minutes: number } & (
  | { kind: "check"; command: string[] }
  | { kind: "tests"; files: string[] }
);

export const STAGES = ["types", "lint", "check", "build", "size", "unit", "fleet", "browser"] as const;

/** What browsers are shown, and what is weighed, is what the build made. */
export const NEEDS_BUILD: readonly string[] = ["size", "browser"];

/** Unit files share a process by so many: starting one costs more than most of them take. */
const TOGETHER = 12;
/** Long enough that only what hangs is stopped; see `command.ts`. */
const MINUTES = 15;

const BUILD = ["--bun", "node_modules/vite/bin/vite.js", "build", "--config", "web/vite.config.ts"];

/** Each stage's commands, by name. */
const CHECKS: Record<string, Record<string, string[]>> = {
  types: { types: ["node_modules/typescript/bin/tsc", "-p", "."] },
  lint: { lint: ["node_modules/@biomejs/biome/bin/biome", "ci", "--colors=off", "."] },
  check: { check: ["scripts/rules/main.ts"] },
  build: { build: BUILD, preview: [...BUILD, "--mode", "preview"] },
  size: { size: ["scripts/size/main.ts"] },
};

const ENDINGS: Record<string, string> = { unit: "test.{ts,tsx}", fleet: "fleet.ts", browser: "browser.ts" };

// bun test takes a name that is not *.test.ts only as a path that begins with a dot.
const filesOf = (stage: string): string[] =>
  [...new Glob(`{server,web,scripts,nats,edge-nodes}/**/*.${ENDINGS[stage]}`).scanSync(".")]
    .filter((path) => !path.startsWith("web/dist/"))
    .map((path) => `./${path}`)
    .sort();

/** Every test file, by its stage. */
export const testFiles = (): Map<string, string[]> =>
  new Map(Object.keys(ENDINGS).map((stage) => [stage, filesOf(stage)]));

export const oneJob = (stage: string, file: string): Job => ({
  ...{ stage, name: file.slice(2), minutes: MINUTES, kind: "tests" },
  files: [file],
});

function jobsOf(stage: string, files: readonly string[]): Job[] {
  if (stage !== "unit") return files.map((file) => oneJob(stage, file));
  const count = Math.ceil(files.length / TOGETHER);
  // Dealt out like cards, so that no group gets all files of a slow folder.
  return Array.from({ length: count }, (_, i) => ({
    ...{ stage, name: `unit ${i + 1} of ${count}`, minutes: MINUTES, kind: "tests" },
    files: files.filter((_, at) => at % count === i),
  }));
}

/** @param only these test files; all of the stages' where it is absent */
export function jobs(stages: readonly string[], only?: ReadonlySet<string>): Job[] {
  const files = testFiles();
  return STAGES.filter((stage) => stages.includes(stage)).flatMap((stage): Job[] => {
    const checks = CHECKS[stage];
    if (checks)
      return Object.entries(checks).map(([name, script]) => ({
        ...{ stage, name, minutes: MINUTES, kind: "check" },
        command: [process.execPath, ...script],
      }));
    return jobsOf(
      stage,
      (files.get(stage) as string[]).filter((file) => !only || only.has(file)),
    );
  });
}
