import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bilingual } from "#protocol/directory";
import type { Province } from "#protocol/ids";
import { type FleetPlan, planFleet, type Secrets, type Site, writePrivate } from "../../nats/fleet.ts";
import { readFleet } from "../fleet.ts";
import { OpsError } from "./error.ts";
import { provinceName } from "./province-names.ts";
import { readSiteList } from "./site-list.ts";

/**
 * Renders the settings of a whole fleet from a list of its sites (edge-nodes/README.md, "The fleet's settings") into a
 * folder: `fleet.json`, and for each province `nats.conf` and `nats.json`. Passwords that the folder's `secrets.json`
 * holds are used again, so one more site leaves the links of the others as they are.
 * @throws OpsError where the list is wrong
 */
export function plan(list: string, into: string): string {
  const sites = readSiteList(list);
  const fleet = {
    provinces: sites.map(({ province, nodes, media }) => ({
      code: province,
      name: nameOf(province),
      nodes,
      ...(media ? { media } : {}),
    })),
  };
  const checked = readFleet(fleet);
  if (typeof checked === "string") throw new OpsError(`${list}: ${checked}`);
  const kept = join(into, "secrets.json");
  const known: Secrets = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : {};
  const { servers, nodes, secrets } = render(list, sites, known);
  mkdirSync(into, { recursive: true, mode: 0o700 });
  // First, so that no file is ever laid out whose passwords were forgotten.
  writePrivate(kept, JSON.stringify(secrets, null, 1));
  writePrivate(join(into, "fleet.json"), JSON.stringify(fleet, null, 1));
  for (const { province } of sites) {
    mkdirSync(join(into, province), { recursive: true, mode: 0o700 });
    writePrivate(join(into, province, "nats.conf"), servers[province] as string);
    writePrivate(join(into, province, "nats.json"), JSON.stringify(nodes[province], null, 1));
  }
  return `The settings of ${sites.length} provinces are in ${into}. Keep secrets.json there, and away from all else.`;
}

function render(list: string, sites: readonly Site[], known: Secrets): FleetPlan {
  try {
    return planFleet(sites, known);
  } catch (error) {
    throw new OpsError(`${list}: ${(error as Error).message}`);
  }
}

function nameOf(code: Province): Bilingual {
  const name = provinceName(code);
  if (!name)
    throw new OpsError(
      `edge-nodes/provinces/${code}.json is missing: write the province's name in English and Urdu there.`,
    );
  return name;
}
