import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Bilingual } from "#protocol/directory";
import type { Province } from "#protocol/ids";

const SITES = resolve(import.meta.dir, "../../edge-nodes/provinces");

/** A province's name as its file among the sites has it; undefined where it has none. */
export function provinceName(code: Province): Bilingual | undefined {
  const path = join(SITES, `${code}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { name: Bilingual }).name : undefined;
}

/** Codes of all provinces that have a file there, in alphabetical order. */
export const provinceCodes = (): Province[] =>
  readdirSync(SITES)
    .flatMap((file) => (file.endsWith(".json") ? file.slice(0, -5) : []))
    .sort();
