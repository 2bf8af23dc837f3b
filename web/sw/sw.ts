/** Keeps the client's own files, so that it opens without a node; messages and everything under /v1 never pass here. */

interface Life extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Life {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  addEventListener(kind: "install" | "activate", listener: (event: Life) => void): void;
  addEventListener(kind: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(kind: "message", listener: (event: MessageEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
}

const worker = self as unknown as Worker;

/** Filled in by the build: the files of this version. */
const shell = "__SHELL__" as unknown as string[];
const NAME = `shell-${shell.filter((file) => file.indexOf("/assets/") === 0).join("")}`;
const PATIENCE = 4000;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(shell)));
});

worker.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.map((name) => name !== NAME && caches.delete(name))));
  event.waitUntil(old.then(() => worker.clients.claim()));
});

worker.addEventListener("message", (event) => {
  if (event.data === "take-over") void worker.skipWaiting();
});

/** The page from the node when it answers in time, else the kept one. */
async function page(request: Request): Promise<Response> {
  const kept = await caches.match("/");
  if (!kept) return fetch(request);
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(kept), PATIENCE);
    fetch(request).then(
      (fresh) => {
        clearTimeout(late);
        resolve(fresh.ok ? fresh : kept);
      },
      () => {
        clearTimeout(late);
        resolve(kept);
      },
    );
  });
}

/** A file named by its content never changes: the kept one is right; what is met later (the Urdu font) is kept too. */
async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok && new URL(request.url).pathname.indexOf("/assets/") === 0) {
    const cache = await caches.open(NAME);
    await cache.put(request, fresh.clone());
  }
  return fresh;
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin || url.pathname.indexOf("/v1/") === 0) return;
  event.respondWith(request.mode === "navigate" ? page(request) : file(request));
});
