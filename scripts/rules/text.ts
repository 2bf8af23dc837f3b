// Rules on the text and the names of files.
import { isCode, type Problem, type Tree } from "./tree.ts";

const vague = new Set(["util", "utils", "helper", "helpers", "common", "misc", "lib", "libs", "shared", "stuff"]);

/** Folders and files are words of the domain. */
export function names(tree: Tree): Problem[] {
  const problems: Problem[] = [];
  for (const path of tree.keys()) {
    const word = path.split("/").find((part) => vague.has(part.replace(/\..*$/, "").toLowerCase()));
    if (word) problems.push({ path, text: `"${word}" says nothing: name it by what is in it` });
  }
  return problems;
}

const counted = (path: string): boolean => isCode(path) || /\.(css|sh|c)$/.test(path) || /^scripts\/[\w-]+$/.test(path);

/** A file is one idea. */
export function lengths(tree: Tree): Problem[] {
  const problems: Problem[] = [];
  for (const [path, text] of tree) {
    if (!counted(path)) continue;
    const lines = text.trimEnd().split("\n").length;
    if (lines > 250) problems.push({ path, text: `${lines} lines: what does it hide?`, warning: lines <= 400 });
  }
  return problems;
}

// Spelled so that these lines do not find themselves.
const words: { what: RegExp; text: string }[] = [
  { what: /\b(TO[D]O|FIX[M]E|XX[X])\b(?!\((#\d+|@?[\w-]+)\))/, text: "a note for later needs an owner in brackets" },
  { what: /agent[ ]session/i, text: "says how it was made instead of what it is" },
  { what: /(^|[\s"'`(=:])\/work[/]/, text: "a path of one workplace" },
  {
    what: /registry\.(npm|yarn)[\w]*\.|deb\.debian\.or[g]|security\.debian\.or[g]|snapshot\.debian\.or[g]/,
    text: "a registry's or mirror's host",
  },
];

export function wording(tree: Tree): Problem[] {
  const problems: Problem[] = [];
  for (const [path, text] of tree) {
    for (const { what, text: why } of words) {
      if (!what.test(text)) continue;
      const line = text.split("\n").findIndex((each) => what.test(each)) + 1;
      problems.push({ path, line, text: why });
    }
  }
  return problems;
}
