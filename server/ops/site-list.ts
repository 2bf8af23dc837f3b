import { readFileSync } from "node:fs";
import { isProvince } from "#protocol/ids";
import type { Site } from "../../nats/fleet.ts";
import type { LinkTls } from "../../nats/render.ts";
import type { FleetMedia } from "../fleet.ts";
import { leastStore } from "../replication/nats/disk.ts";
import { OpsError } from "./error.ts";

/** One site of the operator's list, checked and with its usual values. */
export interface ListedSite extends Site {
  leafAddress: string;
  nodes: string[];
  media?: FleetMedia;
}

/** What an operator wrote: any of it may be missing, or something else than it should be. */
type Written = { [field in keyof ListedSite | "private"]?: unknown };

/**
 * Reads the list of a fleet's sites (edge-nodes/README.md, "The fleet's settings").
 * @throws OpsError naming the first mistake
 */
export function readSiteList(path: string): ListedSite[] {
  let value: { sites?: Written[] };
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new OpsError(`${path} cannot be read: ${(error as Error).message}`);
  }
  const sites = value?.sites;
  if (!Array.isArray(sites)) throw new OpsError(`${path} must have "sites", a list.`);
  const fault = sites.map((site) => siteFault(site, sites.length)).find(Boolean) ?? tlsFault(sites);
  if (fault) throw new OpsError(`${path}: ${fault}`);
  return (sites as (Partial<ListedSite> & Pick<ListedSite, "province" | "leafAddress" | "nodes">)[]).map((site) => ({
    listen: "127.0.0.1:4222",
    leafListen: "0.0.0.0:7422",
    storeDir: `/var/lib/beep/${site.province}/nats`,
    ...site,
  }));
}

function siteFault(site: Written, sites: number): string | undefined {
  const { province, leafAddress, nodes } = site;
  if (typeof province !== "string" || !isProvince(province))
    return `"${province}" is no province code: two small letters.`;
  if (typeof leafAddress !== "string" || !Array.isArray(nodes))
    return `${province} needs "leafAddress", where the others reach its log server, and "nodes".`;
  for (const field of ["leafAddress", "listen", "leafListen", "monitor"] as const)
    if (site[field] !== undefined && !isAddress(site[field])) return `${province}: "${field}" must be HOST:PORT.`;
  if (site.storeDir !== undefined && !isPath(site.storeDir))
    return `${province}: "storeDir" must be a path from the root (/…).`;
  return linkFault(site, province, leafAddress) ?? diskFault(site, province, sites);
}

/** A link carries every message between two provinces in the clear, unless TLS or the line itself hides it. */
function linkFault(site: Written, province: string, leafAddress: string): string | undefined {
  if (site.private !== undefined && typeof site.private !== "boolean")
    return `${province}: "private" must be true or false.`;
  if (site.tls !== undefined) {
    for (const field of TLS_FIELDS)
      if (!isPath((site.tls as Partial<LinkTls> | null)?.[field]))
        return `${province}: "tls" needs "cert", "key" and "ca", paths from the root (/…) of PEM files on its machine; "${field}" is not one.`;
    return undefined;
  }
  if (site.private || isLoopback(leafAddress)) return undefined;
  return `${province}: its links to the other provinces would go in the clear. Give each site "tls" (nats/README.md, "In production"), or write "private": true where nobody else can reach that line, as in a VPN.`;
}

const TLS_FIELDS: readonly (keyof LinkTls)[] = ["cert", "key", "ca"];

/** A server with TLS takes no link without, and the other way round. */
function tlsFault(sites: readonly Written[]): string | undefined {
  const [one, other] = [sites.find(({ tls }) => tls), sites.find(({ tls }) => !tls)];
  return one && other
    ? `${one.province} has "tls" and ${other.province} has not: they could not be linked. Give it to all sites or to none.`
    : undefined;
}

function diskFault({ maxFile }: Written, province: string, sites: number): string | undefined {
  if (maxFile === undefined) return undefined;
  const least = leastStore(sites - 1);
  const bytes = typeof maxFile === "string" ? bytesOf(maxFile) : undefined;
  if (bytes === undefined) return `${province}: "maxFile" must be a size such as "16G".`;
  return bytes < least
    ? `${province}: "maxFile" is ${maxFile}, and the log server needs ${Math.ceil(least / 1e9)}G at least with ${sites} provinces.`
    : undefined;
}

/** Sizes as nats-server reads them: K, M, G, T by thousands, with B, i or iB behind by 1,024. */
function bytesOf(size: string): number | undefined {
  const [, count, unit, binary] = /^(\d+)(?:([kmgt])(b|ib?)?)?$/i.exec(size) ?? [];
  if (!count) return undefined;
  return Number(count) * (binary ? 1024 : 1000) ** (unit ? "kmgt".indexOf(unit.toLowerCase()) + 1 : 0);
}

const isPath = (value: unknown): value is string => typeof value === "string" && /^\/./.test(value);
const isAddress = (value: unknown): value is string =>
  typeof value === "string" && /^(\[[0-9a-f:.]+\]|[^\s:/[\]]+):\d{1,5}$/i.test(value);
const isLoopback = (address: string): boolean => /^(127(\.\d{1,3}){3}|localhost|\[::1\]):\d+$/i.test(address);
