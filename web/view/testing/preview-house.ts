import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { launchChromium } from "../../../server/testing/browsers.ts";

const ROOT = resolve(import.meta.dir, "../../..");
const TYPES: Record<string, string> = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css" };
const CSP = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Builds the screens with the made-up model, where scripts/test has not done so for all files that show them. */
async function buildPreview(): Promise<string> {
  const folder = join(ROOT, ".beep/preview");
  if (process.env.BEEP_BUILT) return folder;
  await build({
    configFile: join(ROOT, "web/vite.config.ts"),
    root: join(ROOT, "web"),
    mode: "preview",
    logLevel: "error",
  });
  return folder;
}

/** Serves the screens with the made-up model under a strict policy, and opens a browser before them. */
export async function openPreviewHouse(): Promise<{ url: string; browser: Browser; close(): Promise<void> }> {
  const folder = await buildPreview();
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
  const browser = await launchChromium();
  return {
    url: `http://127.0.0.1:${server.port}/`,
    browser,
    async close() {
      await browser.close();
      await server.stop(true);
    },
  };
}
