import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";

/** As the node sends it, as far as scripts and workers go. */
const CSP = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; img-src data:";
export interface SealedHouse {
  url: string;
  /** the worker's script, as it was built */
  worker: string;
  close(): Promise<void>;
}

/** The loop's page, built for the oldest browsers and served under the node's policy. */
export async function openSealedHouse(): Promise<SealedHouse> {
  const folder = mkdtempSync(join(tmpdir(), "beep-sealed-"));
  await build({
    configFile: false,
    root: import.meta.dir,
    logLevel: "error",
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: ["es2018", "chrome80", "firefox78", "safari14"],
      modulePreload: false,
      rolldownOptions: { input: join(import.meta.dir, "sealed.html") },
    },
  });
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const file = Bun.file(join(folder, pathname === "/" ? "sealed.html" : pathname));
      if (!(await file.exists())) return new Response("", { status: 404 });
      return new Response(file, { headers: { "content-security-policy": CSP } });
    },
  });
  const [worker] = [...new Bun.Glob("assets/worker-*.js").scanSync(folder)];
  return {
    url: `http://127.0.0.1:${server.port}/`,
    worker: worker ? await Bun.file(join(folder, worker)).text() : "",
    async close() {
      await server.stop(true);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
