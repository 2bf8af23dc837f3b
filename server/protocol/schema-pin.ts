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

/** SHA-256 over the exported types and constants: what is said on the wire. How it is written is pinned by wire.test.ts. */
export function schemaHash(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(import.meta.dir).sort()) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts") || name === "schema-pin.ts") continue;
    const source = readFileSync(join(import.meta.dir, name), "utf8");
    hash.update(`${name}\n${shapesOf(source).join("\n")}\n`);
  }
  return hash.digest("hex");
}

/** The exported interfaces, types and constants of a source, without comments and white space. */
export function shapesOf(source: string): string[] {
  const bare = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
  const shapes: string[] = [];
  for (const { index } of bare.matchAll(/^export (interface|type|const) /gm)) {
    const shape = statementAt(bare, index)
      .replace(/\s+/g, "")
      .replace(/[,;]([}\])])/g, "$1");
    if (!shape.includes("=>") && !shape.includes("=function")) shapes.push(shape);
  }
  return shapes;
}

/** From `at` to the end of the statement: the brace or semicolon that closes it. */
function statementAt(text: string, at: number): string {
  const isInterface = text.startsWith("export interface", at);
  let depth = 0;
  for (let end = at; end < text.length; end++) {
    const letter = text[end] as string;
    if ("{[(".includes(letter)) depth++;
    else if ("}])".includes(letter)) depth--;
    if (depth === 0 && (letter === ";" || (isInterface && letter === "}"))) return text.slice(at, end + 1);
  }
  return text.slice(at);
}

if (import.meta.main) {
  const others = pinned().filter(({ version }) => version !== VERSION);
  const history = [...others, { version: VERSION, schema: schemaHash() }];
  writeFileSync(HISTORY, `${JSON.stringify(history, null, 2)}\n`);
  console.log(`Version ${VERSION} is pinned.`);
}
