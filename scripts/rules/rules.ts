// Every rule of the house, by the name it is reported under.
import { arrows, environment } from "./arrows.ts";
import { cycles } from "./cycles.ts";
import { deadExports, deadFiles } from "./dead.ts";
import { type Graph, graphOf } from "./graph.ts";
import { lengths, names, wording } from "./text.ts";
import type { Problem, Tree } from "./tree.ts";

const rules: Record<string, (tree: Tree, graph: Graph) => Problem[]> = {
  arrow: arrows,
  environment,
  cycle: cycles,
  "dead export": deadExports,
  "dead file": deadFiles,
  length: lengths,
  name: names,
  wording,
};

/** `only` runs one rule by its name. */
export function judge(tree: Tree, only?: string): (Problem & { rule: string })[] {
  const graph = graphOf(tree);
  return Object.entries(rules)
    .filter(([rule]) => only === undefined || rule === only)
    .flatMap(([rule, find]) => find(tree, graph).map((problem) => ({ ...problem, rule })));
}
