import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};
const YEAR = "public, max-age=31536000, immutable";

interface Asset {
  path: string;
  etag: string;
  headers: Record<string, string>;
  /** encodings that stand beside the file, best first */
  encodings: { name: string; path: string }[];
}

/** The built web client: read once at the start, answered with the smallest form that the browser takes. */
export class StaticFiles {
  private readonly assets = new Map<string, Asset>();

  /** @param folder with `.br` and `.gz` beside the files they hold @param security headers for every answer */
  constructor(
    folder: string,
    private readonly security: Record<string, string>,
  ) {
    if (!existsSync(folder)) return;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const type = TYPES[extname(entry.name)];
      if (entry.isFile() && type) this.add(folder, join(entry.parentPath, entry.name), type);
    }
  }

  get size(): number {
    return this.assets.size;
  }

  /** @param path of the URL, as it came @param isHead answers the headers alone */
  answer(path: string, headers: Headers, isHead: boolean): Response {
    const asset = this.assets.get(path === "/" ? "/index.html" : path);
    if (!asset) {
      const words = this.assets.size === 0 ? "The web client is not built on this node." : "There is nothing here.";
      return new Response(`${words}\n`, {
        status: 404,
        headers: { ...this.security, "Content-Type": TYPES[".txt"] as string, "Cache-Control": "no-store" },
      });
    }
    if (headers.get("if-none-match")?.includes(asset.etag))
      return new Response(null, { status: 304, headers: asset.headers });
    const accepted = headers.get("accept-encoding") ?? "";
    const best = asset.encodings.find(({ name }) => accepted.includes(name));
    const body = Bun.file(best?.path ?? asset.path);
    return new Response(isHead ? null : body, {
      headers: {
        ...asset.headers,
        ...(best && { "Content-Encoding": best.name }),
        ...(isHead && { "Content-Length": String(body.size) }),
      },
    });
  }

  private add(folder: string, path: string, type: string): void {
    const url = `/${relative(folder, path).split(sep).join("/")}`;
    const etag = `"${createHash("sha256").update(readFileSync(path)).digest("base64url").slice(0, 22)}"`;
    const encodings = [
      { name: "br", path: `${path}.br` },
      { name: "gzip", path: `${path}.gz` },
    ].filter((encoding) => existsSync(encoding.path));
    const headers = {
      ...this.security,
      "Content-Type": type,
      // Vite puts a hash of the content into the names under assets/.
      "Cache-Control": url.startsWith("/assets/") ? YEAR : "no-cache",
      ETag: etag,
      Vary: "Accept-Encoding",
    };
    this.assets.set(url, { path, etag, headers, encodings });
  }
}

/** Headers of every answer. @param sources where pages may connect to, besides their own node */
export const securityHeaders = (sources: string): Record<string, string> => ({
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
    `connect-src 'self' ${sources}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; ` +
    "frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy":
    "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), autoplay=(self), " +
    "fullscreen=(self), picture-in-picture=(self), screen-wake-lock=(self), geolocation=(), payment=(), usb=(), " +
    "serial=(), hid=(), midi=()",
});
