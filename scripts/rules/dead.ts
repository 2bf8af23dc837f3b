// Dead exports and dead files: what nothing uses is not there to be read.
import { posix } from "node:path";
import { exportsOf } from "./imports.ts";
import type { Graph } from "./graph.ts";
import { isTest, type Problem, type Tree } from "./tree.ts";

// A tool reads these by their default export.
const configured = (path: string): boolean => /(^|\/)[\w-]+\.config\.ts$/.test(path);

function usedNames(graph: Graph): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  for (const [path, edges] of graph) {
    for (const { to, names } of edges) {
      if (!to || to === path) continue;
      const seen = used.get(to) ?? new Set<string>();
      for (const name of names) seen.add(name);
      used.set(to, seen);
    }
  }
  return used;
}

const mentions = (text: string, name: string): number => text.match(new RegExp(`\\b${name}\\b`, "g"))?.length ?? 0;

export function deadExports(tree: Tree, graph: Graph): Problem[] {
  const used = usedNames(graph);
  const problems: Problem[] = [];
  for (const path of graph.keys()) {
    const names = used.get(path) ?? new Set<string>();
    const text = tree.get(path) ?? "";
    for (const { name, type, line } of exportsOf(text)) {
      if (configured(path) || names.has("*") || names.has(name)) continue;
      // A type may be exported only because it is a part of another export's signature.
      if (type && mentions(text, name) > 1) continue;
      if (name === "default") problems.push({ path, line, text: "exports by name only, never default" });
      else if (mentions(text, name) > 1)
        problems.push({ path, line, text: `only this file uses ${name}: drop "export"` });
      else problems.push({ path, line, text: `nothing uses ${name}: remove it` });
    }
  }
  return problems;
}

/** A module that nothing imports must be named by what runs it: a script, a page, a spawned command, a tool. */
export function deadFiles(tree: Tree, graph: Graph): Problem[] {
  const imported = new Set([...graph.values()].flatMap((edges) => edges.map((edge) => edge.to)));
  const problems: Problem[] = [];
  for (const path of graph.keys()) {
    if (imported.has(path) || isTest(path) || configured(path)) continue;
    const name = posix.basename(path);
    const stem = `"${name.replace(/\.\w+$/, "")}"`;
    const mentioned = [...tree].some(
      ([other, text]) => other !== path && !other.endsWith(".md") && (text.includes(name) || text.includes(stem)),
    );
    if (!mentioned) problems.push({ path, text: "nothing imports or runs this file" });
  }
  return problems;
}
