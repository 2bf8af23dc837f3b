// Import cycles: a ring of modules is one module cut in pieces, and which piece runs first is chance.
import type { Graph } from "./graph.ts";
import type { Problem, Tree } from "./tree.ts";

/** Strongly connected components with more than one module, or a module that imports itself (Tarjan, 1972). */
function rings(next: Map<string, string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) as number);
    stack.push(node);
    for (const to of next.get(node) ?? []) {
      if (!index.has(to)) visit(to);
      if (stack.includes(to)) low.set(node, Math.min(low.get(node) as number, low.get(to) as number));
    }
    if (low.get(node) !== index.get(node)) return;
    const ring = stack.splice(stack.indexOf(node));
    if (ring.length > 1 || next.get(node)?.includes(node)) found.push(ring);
  };
  for (const node of next.keys()) if (!index.has(node)) visit(node);
  return found;
}

export function cycles(_tree: Tree, graph: Graph): Problem[] {
  const next = new Map<string, string[]>();
  for (const [path, edges] of graph) {
    next.set(
      path,
      edges.flatMap((edge) => (edge.to && graph.has(edge.to) ? [edge.to] : [])),
    );
  }
  return rings(next).map((ring) => ({
    path: ring[0] as string,
    text: `import cycle: ${ring.join(" → ")} → ${ring[0]}`,
  }));
}
