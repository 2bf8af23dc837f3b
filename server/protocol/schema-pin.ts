import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "./version.ts";

// Run as a program, this pins the protocol as it stands now: bun server/protocol/schema-pin.ts

const HISTORY = join(import.meta.dir, "history.json");

/** One version of the protocol and the hash of the sources that state it. */
interface Pinned {
  version: number;
  schema: string;
}

export const pinned = (): Pinned[] => JSON.parse(readFileSync(HISTORY, "utf8")) as Pinned[];

/** SHA-256 over the protocol's sources without comments and white space: what they say, not how they are written. */
export function schemaHash(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(import.meta.dir).sort()) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts") || name === "schema-pin.ts") continue;
    const source = readFileSync(join(import.meta.dir, name), "utf8");
    hash.update(`${name}\n${wordsOf(source)}\n`);
  }
  return hash.digest("hex");
}

const wordsOf = (source: string): string =>
  source
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|\s)\/\/.*$/gm, "")
    .replace(/\s+/g, "")
    .replace(/,([}\])])/g, "$1");

if (import.meta.main) {
  const others = pinned().filter(({ version }) => version !== VERSION);
  const history = [...others, { version: VERSION, schema: schemaHash() }];
  writeFileSync(HISTORY, `${JSON.stringify(history, null, 2)}\n`);
  console.log(`Version ${VERSION} is pinned.`);
}
