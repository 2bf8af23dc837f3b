import { readdirSync, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { type Plugin, defineConfig } from "vite";

const ROOT = import.meta.dirname;
const pages = (mode: string): Record<string, string> =>
  mode === "preview"
    ? { preview: join(ROOT, "view/testing/preview.html") }
    : { index: join(ROOT, "index.html"), sw: join(ROOT, "sw/sw.ts") };
const out = (mode: string) => (mode === "preview" ? "../.beep/preview" : "dist");

/** What administrators alone open: no official's device fetches or keeps it. */
const isAdmin = (part: { type: "asset"; fileName: string } | { type: "chunk"; modules: object }): boolean =>
  part.type === "chunk"
    ? Object.keys(part.modules).some((id) => /\/web\/(locales\/)?admin\//.test(id))
    : /\/admin-[^/]*\.css$/.test(part.fileName);

/** Writes the list of files that make the offline shell into the service worker, which cannot know their hashes. */
function precache(): Plugin {
  return {
    name: "precache",
    enforce: "post",
    generateBundle(_options, bundle) {
      const worker = bundle["sw.js"];
      if (worker?.type !== "chunk") return;
      const files = Object.entries(bundle).flatMap(([name, part]) =>
        name === "sw.js" || /\.(map|html|woff2)$/.test(name) || isAdmin(part) ? [] : [name],
      );
      const list = JSON.stringify(["/", "/manifest.webmanifest", ...files.map((name) => `/${name}`)]);
      worker.code = worker.code.replace(/["'`]__SHELL__["'`]/, () => list);
    },
  };
}

/**
 * Names the chunks that the first script imports in the page itself: found only once that script is parsed, they would
 * cost a round trip more. Vite's own way puts a helper into every lazy import besides.
 */
function preload(): Plugin {
  return {
    name: "preload",
    transformIndexHtml: {
      order: "post",
      handler(html, { chunk, bundle }) {
        const names = new Set(chunk?.imports ?? []);
        for (const name of names) {
          const found = bundle?.[name];
          if (found?.type === "chunk") for (const next of found.imports) names.add(next);
        }
        const unnamed = [...names].filter((name) => !html.includes(`/${name}"`));
        return unnamed.map((name) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `/${name}` },
          injectTo: "head" as const,
        }));
      },
    },
  };
}

/**
 * Vite wraps each lazy import in a helper that waits for styles of the part. Parts here have none that Vite knows of, so
 * the helper would be five hundred bytes of the first load for nothing.
 */
function bareImports(): Plugin {
  return {
    name: "bare-imports",
    enforce: "pre",
    load: (id) => (id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : undefined),
  };
}

/** Whether a module belongs to the first load: some chain of static imports leads to it from the page's own script. */
function isFirst(id: string, importers: (id: string) => readonly string[], seen = new Set<string>()): boolean {
  if (id.endsWith("/web/main.tsx")) return true;
  if (seen.has(id)) return false;
  seen.add(id);
  return importers(id).some((each) => isFirst(each, importers, seen));
}

/** The sign-in screen, and the small pieces that it shares with later parts: two requests instead of nine. */
const GROUPS: [string, RegExp][] = [
  ["enter", /\/web\/(enter\/(?!others\/)|locales\/enter\/en\.ts)/],
  ["parts", /\/web\/view\/(furnish|languages|reason)\.|\/protocol\/self\.ts$/],
];

const COMPRESSIBLE = /\.(js|css|html|svg|webmanifest|json|txt)$/;

/** Lays a .br and a .gz beside each text file, so that a node only picks. */
function precompress(): Plugin {
  let dir = "";
  return {
    name: "precompress",
    apply: "build",
    configResolved(config) {
      dir = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const names = readdirSync(dir, { recursive: true }) as string[];
      for (const name of names) {
        const file = join(dir, name);
        if (!COMPRESSIBLE.test(name) || !statSync(file).isFile()) continue;
        const bytes = await readFile(file);
        const br = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
        await writeFile(`${file}.br`, br);
        await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

export default defineConfig(({ mode }) => ({
  root: ROOT,
  plugins: [bareImports(), precache(), preload(), ...(mode === "preview" ? [] : [precompress()])],
  server: { host: "127.0.0.1", fs: { allow: [".."] } },
  build: {
    outDir: out(mode),
    emptyOutDir: true,
    target: ["es2018", "chrome80", "firefox78", "safari14"],
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: pages(mode),
      output: {
        // Left alone, what the lazy parts share with the first script is parted from it: more requests, weaker compression.
        codeSplitting: {
          // What a group stands on is the other group's, or left where it is.
          includeDependenciesRecursively: false,
          groups: [
            {
              name: (id, context) =>
                isFirst(id, (each) => context.getModuleInfo(each)?.importers ?? [])
                  ? "first"
                  : (GROUPS.find(([, modules]) => modules.test(id))?.[0] ?? null),
            },
          ],
        },
        entryFileNames: (chunk: { name: string }) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
}));
