export type Piece = string | { href: string; text: string };

const LINK = /\bhttps?:\/\/[^\s<>"“”]+/gi;

/** Parts a text into words and links. Only http and https become links; what ends the sentence is not theirs. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const shown = match[0].replace(/[.,;:!?)\]}'’۔،؟]+$/, "");
    let href: string;
    try {
      href = new URL(shown).href;
    } catch {
      continue;
    }
    if (match.index > from) found.push(text.slice(from, match.index));
    found.push({ href, text: shown });
    from = match.index + shown.length;
  }
  if (from < text.length) found.push(text.slice(from));
  return found;
}
