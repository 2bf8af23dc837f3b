// The modules of the tree and who imports whom.
import { posix } from "node:path";
import { type Import, importsOf } from "./imports.ts";
import { isCode, type Tree } from "./tree.ts";

/** `to` is a path of the tree; null for a package, a built-in, or a file that is not code. */
export type Edge = Import & { to: string | null };

export type Graph = Map<string, Edge[]>;

function resolve(tree: Tree, from: string, target: string): string | null {
  const protocol = target.match(/^#protocol\/(.+)$/)?.[1];
  if (protocol) return `server/protocol/${protocol}.ts`;
  if (!target.startsWith(".")) return null;
  const path = posix.normalize(posix.join(posix.dirname(from), target.replace(/\?.*$/, "")));
  return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((each) => tree.has(each)) ?? path;
}

export function graphOf(tree: Tree): Graph {
  const graph: Graph = new Map();
  for (const [path, text] of tree) {
    if (!isCode(path)) continue;
    graph.set(
      path,
      importsOf(text).map((each) => ({ ...each, to: resolve(tree, path, each.from) })),
    );
  }
  return graph;
}
