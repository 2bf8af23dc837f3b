// What a browser fetches before the first screen stands, found in the built page itself: its script, everything that
// script imports statically (so preloads add nothing), and its style sheets. Chunks that are imported later, fonts and
// the service worker load after the first screen and are only told.
import { posix } from "node:path";
import { gzipSync } from "node:zlib";

/** Path under the built folder, without a leading slash → bytes. */
export type Built = Map<string, Uint8Array>;

export type Load = { path: string; gzip: number };
/** `entrance`: what the sign-in screen, which is fetched at once by who comes for the first time, stands on besides. */
export type FirstLoad = { html: Load; scripts: Load[]; styles: Load[]; entrance: Load[]; later: Load[] };

const utf8 = new TextDecoder();

const attribute = (tag: string, name: string): string | undefined =>
  tag.match(new RegExp(`\\b${name}\\s*=\\s*"?([^"\\s>]+)`))?.[1];

/** Static imports of a built chunk; `import("…")` is not one. */
const imported = (text: string): string[] =>
  [
    ...text.matchAll(
      /(?:^|[;\s}])(?:import|export)\s*(?:[\w$*{][^"'`()]*?from\s*|\*\s*from\s*)?["'](\.{0,2}\/[^"']+)["']/g,
    ),
  ].map((match) => match[1] as string);

export function firstLoad(built: Built): FirstLoad {
  const load = (path: string): Load => {
    const bytes = built.get(path);
    if (!bytes) throw new Error(`the page asks for ${path}, which was not built`);
    return { path, gzip: gzipSync(bytes, { level: 9 }).length };
  };
  const text = (path: string) => utf8.decode(built.get(path));
  const local = (from: string, target: string) =>
    posix.join("/", target.startsWith("/") ? "" : posix.dirname(from), target).slice(1);

  const scripts = new Set<string>();
  const styles = new Set<string>();
  const follow = (path: string): void => {
    if (scripts.has(path)) return;
    scripts.add(path);
    load(path);
    for (const target of imported(text(path))) follow(local(path, target));
  };
  for (const [tag] of text("index.html").matchAll(/<(?:script|link)\b[^>]*>/g)) {
    const source = attribute(tag, "src");
    const href = attribute(tag, "href");
    const rel = attribute(tag, "rel");
    if (source) follow(local("", source));
    if (href && rel === "modulepreload") follow(local("", href));
    if (href && rel === "stylesheet") styles.add(local("", href));
  }
  const first = new Set(["index.html", ...scripts, ...styles]);
  // The one that brings the style of the sign-in screen with it.
  const door = [...built.keys()].find(
    (path) => /^assets\/.*\.js$/.test(path) && !first.has(path) && /assets\/enter-[^"'`]+\.css/.test(text(path)),
  );
  if (door) follow(door);
  const entrance = [...scripts].filter((path) => !first.has(path));
  const later = [...built.keys()].filter((path) => !first.has(path) && /\.(m?js|css|woff2?)$/.test(path));
  return {
    html: load("index.html"),
    scripts: [...scripts].filter((path) => first.has(path)).map(load),
    styles: [...styles].map(load),
    entrance: entrance.map(load),
    later: later.map(load),
  };
}
