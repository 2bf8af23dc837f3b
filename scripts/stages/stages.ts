// The stages of ./scripts/test, in the order they run: cheap and telling ones first.
import { Glob } from "bun";

/** A check counts as one; a test stage is one or more runs of `bun test`, each over some files in its own process. */
export type Stage = { name: string; limitMinutes: number } & (
  | { kind: "check"; command: string[] }
  | { kind: "tests"; runs: string[][]; testSeconds: number }
);

const check = (name: string, limitMinutes: number, ...script: string[]): Stage => ({
  name,
  limitMinutes,
  kind: "check",
  command: [process.execPath, ...script],
});

const tests = (name: string, limitMinutes: number, testSeconds: number, runs: string[][]): Stage => ({
  name,
  limitMinutes,
  kind: "tests",
  testSeconds,
  runs: runs.filter((files) => files.length > 0),
});

// bun test takes a name that is not *.test.ts only as a path that begins with a dot.
const files = (ending: string): string[] =>
  [...new Glob(`{server,web,scripts,nats,edge-nodes}/**/*.${ending}`).scanSync(".")]
    .filter((path) => !path.startsWith("web/dist/"))
    .map((path) => `./${path}`)
    .sort();

const oneByOne = (ending: string): string[][] => files(ending).map((path) => [path]);

export const stages = (): Stage[] => [
  check("types", 2, "node_modules/typescript/bin/tsc", "-p", "."),
  check("lint", 1, "node_modules/@biomejs/biome/bin/biome", "ci", "--colors=off", "."),
  check("check", 1, "scripts/rules/main.ts"),
  tests("unit", 5, 20, [files("test.{ts,tsx}")]),
  tests("fleet", 7, 120, oneByOne("fleet.ts")),
  check("build", 2, "--bun", "node_modules/vite/bin/vite.js", "build", "--config", "web/vite.config.ts"),
  check("size", 1, "scripts/size/main.ts"),
  tests("browser", 12, 120, oneByOne("browser.ts")),
];
