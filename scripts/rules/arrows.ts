// Which way imports point: main → gateway | store | replication | auth | conference | messengers → domain → protocol, and the web
// reaches the server only through #protocol. Packages have one door each as well.
import type { Edge, Graph } from "./graph.ts";
import { isTest, type Problem, type Tree } from "./tree.ts";

const adapter = ["server/domain", "server/protocol", "server/settings"];

const rooms: Record<string, string[]> = {
  "server/main": [
    "gateway",
    "store",
    "replication",
    "auth",
    "conference",
    "messengers",
    "domain",
    "protocol",
    "settings",
  ].map((room) => `server/${room}`),
  "server/settings": ["server/domain", "server/protocol"],
  "server/gateway": adapter,
  "server/store": adapter,
  "server/replication": adapter,
  "server/auth": adapter,
  "server/conference": adapter,
  "server/messengers": adapter,
  "server/domain": ["server/protocol"],
  "server/protocol": [],
  "server/ops": ["server/store", "server/replication", "server/auth", ...adapter, "nats", "edge-nodes"],
  nats: ["server/protocol"],
  "edge-nodes": ["server/protocol"],
  web: ["server/protocol"],
};

// Scripts, the testing room and the demo's seed may take anything, as tests may.
const free = (path: string): boolean =>
  /^(scripts|server\/testing)\//.test(path) || /^server\/ops\/seed(\/|[\w-]*\.ts$)/.test(path);

/** Tests, and what only they import. */
function testing(graph: Graph): Set<string> {
  const importers = new Map<string, string[]>();
  for (const [path, edges] of graph) {
    for (const { to } of edges) if (to) importers.set(to, [...(importers.get(to) ?? []), path]);
  }
  const found = new Set([...graph.keys()].filter((path) => isTest(path) || path.startsWith("server/testing/")));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [path, from] of importers) if (from.every((each) => found.has(each))) found.add(path);
  }
  return found;
}

const doors: { what: RegExp; name: string; open: RegExp }[] = [
  { what: /^@nats-io\//, name: "@nats-io", open: /^server\/replication\// },
  { what: /^(elysia|@elysiajs\/.*)$/, name: "elysia", open: /^server\/(gateway\/|main\.ts$)/ },
  { what: /^janode/, name: "janode", open: /^server\/conference\// },
  { what: /^bun:sqlite$/, name: "bun:sqlite", open: /^(server\/(store|ops)\/|web\/client\/|web\/platform\/.*bun)/ },
  { what: /^(preact|@preact\/)/, name: "preact", open: /^web\// },
];

function roomOf(path: string): string {
  const [top, second = ""] = path.split("/");
  if (top !== "server") return top as string;
  // Beside main.ts lie the few settings every room may read: config, fleet, log, metrics.
  return second.endsWith(".ts") && second !== "main.ts" ? "server/settings" : `server/${second.replace(".ts", "")}`;
}

function wrong(path: string, edge: Edge): string | null {
  for (const door of doors) {
    if (door.what.test(edge.from) && !door.open.test(path)) return `${door.name} has one door, and this is not it`;
  }
  if (edge.to === null) return null;
  const from = roomOf(path);
  const to = roomOf(edge.to);
  if (from === to) return null;
  if (from === "web" && to.startsWith("server/") && !edge.from.startsWith("#protocol/")) {
    return `the web reaches the server only through #protocol, not ${edge.from}`;
  }
  const allowed = rooms[from];
  if (!allowed) return null;
  return allowed.includes(to) ? null : `${from} may not import ${to}`;
}

export function arrows(_tree: Tree, graph: Graph): Problem[] {
  const problems: Problem[] = [];
  const tests = testing(graph);
  for (const [path, edges] of graph) {
    if (free(path) || tests.has(path)) continue;
    for (const edge of edges) {
      const text = wrong(path, edge);
      if (text) problems.push({ path, line: edge.line, text });
    }
  }
  return problems;
}

const readsEnvironment = /\b(process\.env|Bun\.env)\b/;

/** Only config.ts reads the environment, so that every setting is validated once; commands pass theirs on. */
export function environment(tree: Tree, graph: Graph): Problem[] {
  const problems: Problem[] = [];
  const tests = testing(graph);
  for (const path of graph.keys()) {
    if (!path.startsWith("server/") || path === "server/config.ts" || path.startsWith("server/ops/")) continue;
    if (free(path) || tests.has(path)) continue;
    const lines = (tree.get(path) ?? "").split("\n");
    const at = lines.findIndex((line) => readsEnvironment.test(line) && !/^\s*(\/\/|\*)/.test(line));
    if (at >= 0) problems.push({ path, line: at + 1, text: "only server/config.ts reads the environment" });
  }
  return problems;
}
