// Prints how much of package-lock.json node_modules holds: "all", "runtime" (no test-only packages) or nothing.
// The truth is npm's own note of what it unpacked, so an install made by hand counts too.
import { readFileSync } from "node:fs";

type Lock = {
  packages: Record<
    string,
    { version?: string; link?: boolean; dev?: boolean; devOptional?: boolean; optional?: boolean }
  >;
};

const wanted = (JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock).packages;
const held = (JSON.parse(readFileSync("node_modules/.package-lock.json", "utf8")) as Lock).packages;

// Optional packages are those of other machines' kinds; the ones of this kind come with the package that needs them.
// A package of this project's own is copied or linked, as the npm at hand likes it: that it is there must do.
const missing = Object.entries(wanted).filter(
  ([path, at]) =>
    path.startsWith("node_modules/") &&
    !(at.link && held[path]) &&
    !at.optional &&
    !at.devOptional &&
    held[path]?.version !== at.version,
);
if (missing.length === 0) console.log("all");
else if (missing.every(([, at]) => at.dev)) console.log("runtime");
