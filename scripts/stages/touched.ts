// Which test files a change can touch: those from which a path of imports, or of programs that are started, leads to it.
import { posix } from "node:path";
import { graphOf } from "../rules/graph.ts";
import { isTest, type Tree } from "../rules/tree.ts";

/** What is served to browsers rather than imported: a test that names the one depends on the other. */
const SERVED: Record<string, string> = { "web/dist": "web/main.tsx" };

/** Files that a module starts, reads or serves, told by their names in its strings. */
function named(tree: Tree, path: string, text: string): string[] {
  const found: string[] = [];
  for (const [, name = ""] of text.matchAll(/["'`]((?:\.{0,2}\/)?[\w./-]+)["'`]/g)) {
    const near = posix.normalize(posix.join(posix.dirname(path), name));
    const to = SERVED[name] ?? [name.replace(/^\.\//, ""), near].find((each) => tree.has(each));
    if (to && to !== path) found.push(to);
  }
  return found;
}

/**
 * @param changed paths from the root
 * @returns the tests that can notice, with how many steps away the nearest change is
 */
export function touchedBy(tree: Tree, changed: readonly string[]): Map<string, number> {
  const users = new Map<string, string[]>();
  const use = (path: string, to: string) => users.set(to, [...(users.get(to) ?? []), path]);
  for (const [path, edges] of graphOf(tree)) {
    for (const { to } of edges) if (to) use(path, to);
    for (const to of named(tree, path, tree.get(path) as string)) use(path, to);
  }
  const steps = new Map(changed.map((path) => [path, 0]));
  for (const queue = [...changed]; queue.length > 0; ) {
    const path = queue.shift() as string;
    for (const user of users.get(path) ?? []) {
      if (steps.has(user)) continue;
      steps.set(user, (steps.get(path) as number) + 1);
      queue.push(user);
    }
  }
  return new Map([...steps].filter(([path]) => isTest(path)));
}

/** What git says has changed since a commit, with what is not committed yet. */
export function changedSince(commit: string): string[] {
  const git = (...args: string[]) => {
    const { exitCode, stdout } = Bun.spawnSync(["git", "-c", "safe.directory=*", ...args], { stderr: "ignore" });
    return exitCode === 0 ? stdout.toString().split("\n").filter(Boolean) : undefined;
  };
  const base = commit || (git("rev-parse", "--verify", "-q", "@{upstream}")?.[0] ?? "HEAD");
  const committed = git("diff", "--name-only", "--no-renames", base, "--");
  if (!committed) throw new Error(`git knows no commit ${base}.`);
  return [...new Set([...committed, ...(git("ls-files", "--others", "--exclude-standard") ?? [])])];
}
