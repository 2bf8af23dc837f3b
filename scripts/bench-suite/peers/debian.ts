import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { KEEP, run } from "../system.ts";

/** Debian packages extracted into a folder of the bench: nothing is installed on the machine and no service starts. */
const FOLDER = `${KEEP}/debian`;
export const DEBIAN = `${FOLDER}/root`;
const PACKAGES = ["ejabberd", "erlang-p1-pgsql", "prosody"];

/** Downloads (through the machine's apt, as root) and extracts what is missing. */
export async function debianPeers(): Promise<void> {
  if (existsSync(`${DEBIAN}/usr/bin/prosody`) && existsSync(`${DEBIAN}/usr/lib/erlang`)) return;
  const archives = `${FOLDER}/archives`;
  mkdirSync(`${archives}/partial`, { recursive: true });
  mkdirSync(DEBIAN, { recursive: true });
  const lock = "DPkg::Lock::Timeout=120";
  await run(["apt-get", "update", "-qq", "-o", lock]);
  const wanted = existsSync(postgres()) ? PACKAGES : [...PACKAGES, "postgresql"];
  await run([
    "apt-get",
    "install",
    "-y",
    "-qq",
    "--download-only",
    "--no-install-recommends",
    "-o",
    lock,
    "-o",
    `Dir::Cache::archives=${archives}`,
    ...wanted,
  ]);
  for (const name of readdirSync(archives)) {
    if (name.endsWith(".deb")) await run(["dpkg", "-x", `${archives}/${name}`, DEBIAN]);
  }
}

/** Folder of PostgreSQL's programs: the machine's own, else the extracted one. */
export function postgres(): string {
  for (const base of ["/usr/lib/postgresql", `${DEBIAN}/usr/lib/postgresql`]) {
    if (!existsSync(base)) continue;
    const newest = readdirSync(base).sort().at(-1);
    if (newest) return `${base}/${newest}/bin`;
  }
  return "/nonexistent";
}

/** What the extracted programs need to find their libraries. */
export const libraries = { LD_LIBRARY_PATH: `${DEBIAN}/usr/lib/x86_64-linux-gnu` };
