// The files a check looks at: what git tracks or would track; without git, every source.
import { existsSync, readFileSync, statSync } from "node:fs";
import { Glob } from "bun";

/** Path from the root, with forward slashes → text. Binary files are left out. */
export type Tree = Map<string, string>;

/** One broken rule: where, and what to do about it. A warning does not fail the check. */
export type Problem = { path: string; line?: number; text: string; warning?: boolean };

// Where there is no git to ask, what is installed or built is told by its folder.
const made = /^(node_modules|\.beep|\.git|web\/dist)\//;

function list(root: string): string[] {
  if (!existsSync(`${root}/.git`) || !Bun.which("git")) {
    return [...new Glob("**/*").scanSync({ cwd: root, dot: true })].filter((path) => !made.test(path));
  }
  // The folder may belong to another user than the one who checks it; only reading is done here.
  const ask = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const git = Bun.spawnSync(ask, { cwd: root });
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
