// The stages of ./scripts/test, in the order they run: cheap and telling ones first.
import { Glob } from "bun";

/** `tests` are files for `bun test`, each in a process of its own; `command` is one check that counts as one. */
export type Stage = { name: string; limitMinutes: number } & (
  | { kind: "command"; command: string[] }
  | { kind: "tests"; runs: string[][]; testSeconds: number }
);

const bun = process.execPath;

function files(pattern: string): string[] {
  const found = ["server", "web", "scripts", "nats", "edge-nodes"].flatMap((folder) => [
    ...new Glob(`${folder}/**/${pattern}`).scanSync("."),
  ]);
  return found.filter((path) => !path.includes("/dist/")).sort();
}

// bun test takes a name that is not *.test.ts only as a path that begins with a dot.
const oneByOne = (pattern: string): string[][] => files(pattern).map((path) => [`./${path}`]);

const together = (pattern: string): string[][] => (files(pattern).length > 0 ? [oneByOne(pattern).flat()] : []);

export function stages(): Stage[] {
  return [
    { name: "types", limitMinutes: 2, kind: "command", command: [bun, "node_modules/typescript/bin/tsc", "-p", "."] },
    {
      name: "lint",
      limitMinutes: 1,
      kind: "command",
      command: [bun, "node_modules/@biomejs/biome/bin/biome", "ci", "."],
    },
    { name: "check", limitMinutes: 1, kind: "command", command: [bun, "scripts/rules/main.ts"] },
    {
      name: "unit",
      limitMinutes: 3,
      kind: "tests",
      runs: together("*.test.{ts,tsx}"),
      testSeconds: 20,
    },
    { name: "fleet", limitMinutes: 7, kind: "tests", runs: oneByOne("*.fleet.ts"), testSeconds: 120 },
    {
      name: "build",
      limitMinutes: 2,
      kind: "command",
      command: [bun, "--bun", "node_modules/vite/bin/vite.js", "build", "--config", "web/vite.config.ts"],
    },
    { name: "size", limitMinutes: 1, kind: "command", command: [bun, "scripts/size.ts"] },
    { name: "browser", limitMinutes: 7, kind: "tests", runs: oneByOne("*.browser.ts"), testSeconds: 120 },
  ];
}
