// The files a check looks at: what git tracks or would track; in a folder without git, every file.
import { existsSync, readFileSync, statSync } from "node:fs";
import { Glob } from "bun";

/** Path from the root, with forward slashes → text. Binary files are left out. */
export type Tree = Map<string, string>;

/** One broken rule: where, and what to do about it. A warning does not fail the check. */
export type Problem = { path: string; line?: number; text: string; warning?: boolean };

function list(root: string): string[] {
  if (!existsSync(`${root}/.git`)) return [...new Glob("**/*").scanSync({ cwd: root, dot: true })];
  const git = Bun.spawnSync(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  if (git.exitCode !== 0) throw new Error(`git could not list the files: ${git.stderr.toString().trim()}`);
  return git.stdout.toString().split("\0").filter(Boolean);
}

export function readTree(root: string): Tree {
  const tree: Tree = new Map();
  for (const path of list(root).sort()) {
    if (!statSync(`${root}/${path}`, { throwIfNoEntry: false })?.isFile()) continue;
    const text = readFileSync(`${root}/${path}`, "utf8");
    if (!text.includes("\0")) tree.set(path, text);
  }
  return tree;
}

export const isCode = (path: string): boolean => /\.(ts|tsx|mts)$/.test(path) && !path.endsWith(".d.ts");

export const isTest = (path: string): boolean => /\.(test|fleet|browser)\.tsx?$/.test(path);
