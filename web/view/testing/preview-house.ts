import { join, resolve } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";

const ROOT = resolve(import.meta.dir, "../../..");
const TYPES: Record<string, string> = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css" };
const CSP = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** Builds the screens with the made-up model, serves them under a strict policy, and opens a browser before them. */
export async function openPreviewHouse(): Promise<{ url: string; browser: Browser; close(): Promise<void> }> {
  await build({
    configFile: join(ROOT, "web/vite.config.ts"),
    root: join(ROOT, "web"),
    mode: "preview",
    logLevel: "error",
  });
  const folder = join(ROOT, ".beep/preview");
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const path = new URL(request.url).pathname;
      const file = Bun.file(join(folder, path === "/" ? "view/testing/preview.html" : path));
      if (!(await file.exists())) return new Response("", { status: 404 });
      const type = TYPES[path.split(".").pop() ?? ""] ?? file.type;
      const html = path === "/" ? (TYPES.html as string) : type;
      return new Response(file, { headers: { "content-type": html, "content-security-policy": CSP } });
    },
  });
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS.split(" ") });
  return {
    url: `http://127.0.0.1:${server.port}/`,
    browser,
    async close() {
      await browser.close();
      await server.stop(true);
    },
  };
}
