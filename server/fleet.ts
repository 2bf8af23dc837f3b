import type { Bilingual } from "#protocol/directory";
import { isProvince, type Province } from "#protocol/ids";

export interface FleetProvince {
  code: Province;
  name: Bilingual;
  /** origins (`https://host[:port]`) at which its nodes serve */
  nodes: string[];
}

/** The table of all provinces and their nodes; the same file on every node. */
export interface Fleet {
  provinces: FleetProvince[];
}

/** What the table of a node without a fleet says. */
export const aloneFleet = (code: Province, node: string): Fleet => ({
  provinces: [{ code, name: { en: code.toUpperCase(), ur: code.toUpperCase() }, nodes: [node] }],
});

/** Checks a parsed fleet.json; a sentence where it is wrong. */
export function readFleet(value: unknown): Fleet | string {
  const provinces = (value as Partial<Fleet> | null)?.provinces;
  if (!Array.isArray(provinces) || provinces.length === 0) return 'it must have "provinces", a list.';
  const seen = new Set<Province>();
  for (const { code, name, nodes } of provinces as Partial<FleetProvince>[]) {
    if (!isProvince(code)) return `"${code}" is no province code: two small letters.`;
    if (seen.has(code)) return `province "${code}" stands there twice.`;
    seen.add(code);
    if (typeof name?.en !== "string" || typeof name.ur !== "string")
      return `province "${code}" needs a name in "en" and in "ur".`;
    if (!Array.isArray(nodes) || nodes.length === 0) return `province "${code}" needs at least one node.`;
    for (const node of nodes)
      if (originOf(node) !== node)
        return `node "${node}" of "${code}" must be an origin such as "https://chat.example.gov.pk", with nothing behind it.`;
  }
  return value as Fleet;
}

function originOf(node: unknown): string | undefined {
  try {
    const url = new URL(String(node));
    return url.protocol === "http:" || url.protocol === "https:" ? url.origin : undefined;
  } catch {
    return undefined;
  }
}
