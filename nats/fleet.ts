import { randomBytes } from "node:crypto";
import { chmodSync, renameSync, writeFileSync } from "node:fs";
import type { Province } from "#protocol/ids";
import { type LinkTls, renderServer } from "./render.ts";

/** Where one province's server listens and what it keeps. */
export interface Site {
  province: Province;
  listen: string;
  leafListen: string;
  /** where peers reach our leaf listener; per peer when they differ (a proxy in tests), else leafListen */
  leafAddress?: string | ((peer: Province) => string);
  monitor?: string;
  storeDir: string;
  /** most that JetStream may keep on disk, as `8G`; cannot change by reload */
  maxFile?: string;
  tls?: LinkTls;
}

/** All passwords of a fleet by name. Kept between starts in a file that only its owner reads. */
export type Secrets = Record<string, string>;

export interface FleetPlan {
  /** nats-server configuration per province */
  servers: Record<Province, string>;
  /** nats.json of the node per province */
  nodes: Record<Province, { server: string; own: Login; from: Record<Province, Login> }>;
  /** the given secrets and those that were missing */
  secrets: Secrets;
}
interface Login {
  user: string;
  pass: string;
}

/**
 * Joins sites pairwise, each with each, for a fleet that one operator holds. Known secrets are used again, so planning
 * with one more site changes nothing of the others' existing links.
 */
export function planFleet(sites: readonly Site[], known: Secrets = {}): FleetPlan {
  const secrets: Secrets = { ...known };
  const secret = (name: string) => {
    secrets[name] ??= newPassword();
    return secrets[name];
  };
  const plan: FleetPlan = { servers: {}, nodes: {}, secrets };
  for (const site of sites) {
    const code = site.province;
    const others = sites.filter((other) => other !== site);
    const own = secret(`node@${code}`);
    const readers = Object.fromEntries(
      others.map(({ province }) => [province, secret(`node_${province}@${code}`)] as const),
    );
    plan.servers[code] = renderServer({
      ...site,
      ownPassword: own,
      readerPasswords: readers,
      peers: others.map((other) => ({
        code: other.province,
        leafUrl: addressFor(other, code),
        ourPassword: secret(`${code}@${other.province}`),
        theirPassword: secret(`${other.province}@${code}`),
      })),
    });
    plan.nodes[code] = {
      server: site.listen,
      own: { user: "node", pass: own },
      from: Object.fromEntries(
        Object.entries(readers).map(([peer, pass]) => [peer, { user: `node_${peer}`, pass }] as const),
      ),
    };
  }
  return plan;
}

const addressFor = (site: Site, peer: Province): string =>
  typeof site.leafAddress === "function" ? site.leafAddress(peer) : (site.leafAddress ?? site.leafListen);

/** 32 random bytes in letters that neither a URL nor a configuration file needs to quote. */
const newPassword = (): string => randomBytes(32).toString("base64url");

/** Writes a file that only its owner may read, whole or not at all: a reload never meets half of it. */
export function writePrivate(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
}
