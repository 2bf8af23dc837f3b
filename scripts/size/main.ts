// Holds the built web client to its budget. Run after the build: bun scripts/size/main.ts [FOLDER]
import { existsSync, readFileSync } from "node:fs";
import { Glob } from "bun";
import { measure, over } from "./budget.ts";
import { type Built, firstLoad } from "./first-load.ts";

const folder = process.argv[2] ?? "web/dist";
if (!existsSync(`${folder}/index.html`)) {
  console.error(`${folder} holds no built client: run ./scripts/test build first.`);
  process.exit(1);
}

const built: Built = new Map();
for (const path of new Glob("**/*").scanSync({ cwd: folder })) {
  // Precompressed copies are the same load in another form.
  if (!/\.(br|gz|map)$/.test(path)) built.set(path, readFileSync(`${folder}/${path}`));
}

const load = firstLoad(built);
for (const { path, gzip } of [load.html, ...load.scripts, ...load.styles])
  console.log(`first  ${String(gzip).padStart(7)}  ${path}`);
for (const { path, gzip } of load.later) console.log(`later  ${String(gzip).padStart(7)}  ${path}`);
const rows = measure(load);
for (const { what, is, most, unit } of rows)
  console.log(`${what}: ${is} of ${most} ${unit}${is > most ? "  OVER" : ""}`);
process.exit(over(rows).length > 0 ? 1 : 0);
