import { LinkifyIt } from "linkify-it";

export interface Link {
  from: number;
  to: number;
  href: string;
}

const finder = new LinkifyIt({ fuzzyLink: true, maxLength: 2000 }).add("ftp:", null).add("//", null);

/** Most texts have none, and the whole search costs more than a look. */
const PERHAPS = /[:@]|www\./i;

/** Signs that turn the direction of what follows: a link that held one could show another address than it opens. */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Links in a text: http, https, www. and e-mail. A name with a dot alone, such as "Budget.No", is none. */
export function linksIn(text: string): Link[] {
  if (!PERHAPS.test(text)) return [];
  const found: Link[] = [];
  for (const { index, raw, url, schema } of finder.match(text) ?? []) {
    if (!schema && !/^www\./i.test(raw)) continue;
    const cut = raw.search(TURNS);
    const shown = cut < 0 ? raw : raw.slice(0, cut);
    const href = safe(cut < 0 ? url : url.slice(0, url.length - (raw.length - cut)));
    if (href) found.push({ from: index, to: index + shown.length, href });
  }
  return found;
}

function safe(url: string): string | null {
  try {
    const { protocol, href, hostname } = new URL(url);
    return protocol === "mailto:" || (/^https?:$/.test(protocol) && hostname) ? href : null;
  } catch {
    return null;
  }
}
