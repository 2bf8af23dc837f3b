// What a module imports and exports, read from its text. It relies on the formatter: a static import or export begins
// its own line, so the words in a comment or in a string are not taken for one.

/** `names` are the names taken from the module ("*" for all of it); `typeOnly` leaves nothing at run time. */
export type Import = { from: string; names: string[]; typeOnly: boolean; line: number };

export type Export = { name: string; type: boolean; line: number };

const statement = /^(import|export)\b(\s+type\b(?!\s*,|\s+from))?\s*([\w\s{},*$]*?)\s*from\s*"([^"\n]+)"/gm;
const bare = /^import\s+"([^"\n]+)"/gm;
const dynamic =
  /\bimport\(\s*"([^"\n]+)"\s*\)(?!\.[A-Z])|\bnew URL\(\s*"(\.[^"\n]+)",\s*import\.meta\.url|\brequire\("([^"\n]+)"\)/g;
const importType = /\bimport\("([^"\n]+)"\)\.([A-Z]\w*)/g;

const declared =
  /^export\s+(?:declare\s+)?(?:default\s+)?(?:abstract\s+)?(?:async\s+)?(function\*?|const enum|const|let|var|class|type|interface|enum)\s+(\w+)/gm;
const listed = /^export\s+(type\s+)?\{([^}]*)\}/gm;

const lineOf = (text: string, at: number): number => text.slice(0, at).split("\n").length;

/** Template literals and block comments become blanks: a fixture inside one is no import of this file. */
function blank(text: string): string {
  const keepLines = (part: string) => part.replace(/[^\n]/g, " ");
  return text.replace(/"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|^\s*\/\/.*$|`(?:[^`\\]|\\.)*`/gm, (part) =>
    part.startsWith('"') ? part : keepLines(part),
  );
}

function namesOf(clause: string): { names: string[]; allTypes: boolean } {
  const braces = clause.match(/\{([^}]*)\}/)?.[1];
  const items = (braces ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
  const names = items.map((item) => item.replace(/^type\s+/, "").split(/\s+as\s+/)[0] as string);
  if (clause.includes("*")) names.push("*");
  const outside = clause.replace(/\{[^}]*\}/, "").replace(/[,\s]/g, "");
  if (outside !== "" && !outside.startsWith("*")) names.push("default");
  return { names, allTypes: braces !== undefined && outside === "" && items.every((item) => /^type\s/.test(item)) };
}

export function importsOf(source: string): Import[] {
  const text = blank(source);
  const found: Import[] = [];
  for (const match of text.matchAll(statement)) {
    const { names, allTypes } = namesOf(match[3] ?? "");
    found.push({
      from: match[4] as string,
      names,
      typeOnly: match[2] !== undefined || allTypes,
      line: lineOf(text, match.index),
    });
  }
  for (const match of text.matchAll(bare)) {
    found.push({ from: match[1] as string, names: [], typeOnly: false, line: lineOf(text, match.index) });
  }
  for (const match of text.matchAll(dynamic)) {
    const from = (match[1] ?? match[2] ?? match[3]) as string;
    found.push({ from, names: ["*"], typeOnly: false, line: lineOf(text, match.index) });
  }
  for (const match of text.matchAll(importType)) {
    found.push({
      from: match[1] as string,
      names: [match[2] as string],
      typeOnly: true,
      line: lineOf(text, match.index),
    });
  }
  return found;
}

export function exportsOf(source: string): Export[] {
  const text = blank(source);
  const found: Export[] = [];
  for (const match of text.matchAll(declared)) {
    const name = /^export\s+default/.test(match[0]) ? "default" : (match[2] as string);
    found.push({ name, type: match[1] === "type" || match[1] === "interface", line: lineOf(text, match.index) });
  }
  for (const match of text.matchAll(listed)) {
    for (const item of (match[2] as string)
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean)) {
      const type = match[1] !== undefined || item.startsWith("type ");
      found.push({
        name: item
          .split(/\s+as\s+/)
          .at(-1)
          ?.replace(/^type\s+/, "") as string,
        type,
        line: lineOf(text, match.index),
      });
    }
  }
  const other = text.match(/^export default (?!function|class|async|abstract)/m);
  if (other) found.push({ name: "default", type: false, line: lineOf(text, other.index ?? 0) });
  return found;
}
