import { linksIn } from "./links.ts";
import { numbersIn } from "./numbers.ts";
import { dialled } from "./telephone.ts";

/** A piece of one line. `turned` is what would stand wrongly in a line of the other direction: it is isolated, left to right. */
export interface Piece {
  text: string;
  kind: "words" | "number" | "link" | "turned";
  href?: string;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
/** From a Latin letter to the last one before Urdu goes on, with the brackets and quotes that are closed inside. */
const LATIN = /[A-Za-z\u00c0-\u024f](?:[^\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]*[A-Za-z\u00c0-\u024f0-9])?/g;

function latinIn(text: string): { from: number; to: number }[] {
  return Array.from(text.matchAll(LATIN), (match) => {
    const end = match.index + match[0].length;
    const opened = (match[0].match(/\(/g) ?? []).length - (match[0].match(/\)/g) ?? []).length;
    const closes = opened > 0 && text[end] === ")" ? 1 : 0;
    return { from: match.index, to: end + closes };
  });
}

function partsOf(line: string, links: boolean): (Piece & { from: number; to: number })[] {
  const found: (Piece & { from: number; to: number })[] = [];
  const free = (from: number, to: number) => found.every((each) => to <= each.from || from >= each.to);
  const take = (kind: Piece["kind"], from: number, to: number, href?: string | null) => {
    if (free(from, to)) found.push({ kind, from, to, text: line.slice(from, to), ...(href ? { href } : {}) });
  };
  if (links) for (const { from, to, href } of linksIn(line)) take("link", from, to, href);
  for (const { from, to } of numbersIn(line)) {
    const tel = links ? dialled(line.slice(from, to)) : null;
    take(tel ? "link" : "number", from, to, tel && `tel:${tel}`);
  }
  return found.sort((a, b) => a.from - b.from);
}

/**
 * A text in lines, and each line in pieces, so that every line is read in the direction of its own script and nothing
 * inside it is turned round.
 */
export function linesOf(text: string, links = true): Piece[][] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => {
    const pieces: Piece[] = [];
    const mixed = RIGHT_TO_LEFT.test(line);
    let at = 0;
    const words = (to: number) => {
      const between = line.slice(at, to);
      if (!between) return;
      let from = 0;
      for (const latin of mixed ? latinIn(between) : []) {
        if (latin.from > from) pieces.push({ kind: "words", text: between.slice(from, latin.from) });
        pieces.push({ kind: "turned", text: between.slice(latin.from, latin.to) });
        from = latin.to;
      }
      if (from < between.length) pieces.push({ kind: "words", text: between.slice(from) });
    };
    for (const { from, to, ...piece } of partsOf(line, links)) {
      words(from);
      pieces.push(piece);
      at = to;
    }
    words(line.length);
    return pieces;
  });
}
