import type { Bilingual } from "#protocol/directory";
import { isProvince, type Province } from "#protocol/ids";

export interface FleetProvince {
  code: Province;
  name: Bilingual;
  /** origins (`https://host[:port]`) at which its nodes serve */
  nodes: string[];
  /** absent: no call crosses to or from this province on a trunk */
  media?: FleetMedia;
}

/** Where a province's media is reached from other provinces. Media is sent to no other host than the one named here. */
export interface FleetMedia {
  /** IPv4 of the province's media gateway */
  host: string;
  /** UDP port of its prober, which measures the ways to the other provinces */
  probe: number;
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
  for (const { code, name, nodes, media } of provinces as Partial<FleetProvince>[]) {
    if (!isProvince(code)) return `"${code}" is no province code: two small letters.`;
    if (seen.has(code)) return `province "${code}" stands there twice.`;
    seen.add(code);
    if (typeof name?.en !== "string" || typeof name.ur !== "string")
      return `province "${code}" needs a name in "en" and in "ur".`;
    if (!Array.isArray(nodes) || nodes.length === 0) return `province "${code}" needs at least one node.`;
    for (const node of nodes)
      if (originOf(node) !== node)
        return `node "${node}" of "${code}" must be an origin such as "https://chat.example.gov.pk", with nothing behind it.`;
    if (media !== undefined && !isMedia(media))
      return `"media" of "${code}" must be {"host": an IPv4 address such as "10.1.0.20", "probe": a UDP port from ${MIN_PORT} to 65535}.`;
  }
  return value as Fleet;
}

/** Ports below are for the system's own services: no media and no probe ever goes to one. */
const MIN_PORT = 1024;
export const isMediaPort = (port: unknown): port is number =>
  Number.isInteger(port) && (port as number) >= MIN_PORT && (port as number) <= 65_535;

function isMedia(value: unknown): value is FleetMedia {
  const { host, probe } = (value ?? {}) as Partial<FleetMedia>;
  return isHostAddress(host) && isMediaPort(probe);
}

/** One host's IPv4: not "any", not multicast, not broadcast. */
function isHostAddress(value: unknown): value is string {
  if (typeof value !== "string" || !/^(\d{1,3}\.){3}\d{1,3}$/.test(value)) return false;
  const parts = value.split(".").map(Number) as [number, number, number, number];
  return (
    parts.every((part, i) => part <= 255 && String(part) === value.split(".")[i]) && parts[0] > 0 && parts[0] < 224
  );
}

function originOf(node: unknown): string | undefined {
  try {
    const url = new URL(String(node));
    return url.protocol === "http:" || url.protocol === "https:" ? url.origin : undefined;
  } catch {
    return undefined;
  }
}
