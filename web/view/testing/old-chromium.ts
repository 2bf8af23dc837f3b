import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { PATIENCE_MS } from "../../../server/testing/until.ts";

interface Answer {
  result?: { value?: unknown };
  data?: string;
}

/** A page in Chromium 80, the oldest that the client is made for; driven by its own protocol, since Playwright is too new for it. */
export interface OldPage {
  version: string;
  faults: string[];
  open(url: string): Promise<void>;
  /** the value of an expression, awaited, as JSON carries it */
  ask(expression: string): Promise<unknown>;
  /** asks until the answer is true */
  until(expression: string): Promise<void>;
  close(): Promise<void>;
}

async function unpack(): Promise<string> {
  const packed = join(dirname(createRequire(import.meta.url).resolve("chrome-aws-lambda/package.json")), "bin");
  const folder = await mkdtemp(join(tmpdir(), "beep-chromium-80-"));
  const bytes = async (name: string) => brotliDecompressSync(await Bun.file(join(packed, name)).bytes());
  await writeFile(join(folder, "chromium"), await bytes("chromium.br"), { mode: 0o755 });
  await writeFile(join(folder, "aws.tar"), await bytes("aws.tar.br"));
  await Bun.$`tar xf aws.tar`.cwd(folder).quiet();
  return folder;
}

/** @param size of the window in pixels */
export async function openOldChromium(size = "360,640"): Promise<OldPage> {
  const folder = await unpack();
  const flags = `--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --single-process --no-zygote --remote-debugging-address=127.0.0.1 --remote-debugging-port=0 --window-size=${size} --user-data-dir=${folder}/profile`;
  const chromium = Bun.spawn(
    [
      join(folder, "chromium"),
      ...flags.split(" "),
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      "about:blank",
    ],
    { env: { ...process.env, LD_LIBRARY_PATH: join(folder, "lib") }, stdout: "ignore", stderr: "pipe" },
  );
  const port = await debugPort(chromium.stderr);
  const at = `http://127.0.0.1:${port}/json`;
  const { Browser: version } = (await (await fetch(`${at}/version`)).json()) as { Browser: string };
  const socket = new WebSocket(await pageOf(at));
  await new Promise((open) => socket.addEventListener("open", open));

  const waiting = new Map<number, (answer: Answer) => void>();
  const faults: string[] = [];
  socket.addEventListener("message", ({ data }) => {
    const { id, result, method, params } = JSON.parse(data as string);
    if (id) waiting.get(id)?.(result);
    else if (method === "Runtime.exceptionThrown")
      faults.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
  });
  let last = 0;
  const limits = new Set<ReturnType<typeof setTimeout>>();
  const call = (method: string, params: object = {}) =>
    new Promise<Answer>((answered, failed) => {
      const id = ++last;
      // It may stand still for good, and then says nothing by itself.
      const limit = setTimeout(
        () => failed(new Error(`Chromium 80 does not answer: ${method} ${JSON.stringify(params).slice(0, 200)}`)),
        PATIENCE_MS,
      );
      limits.add(limit);
      waiting.set(id, (answer) => {
        clearTimeout(limit);
        limits.delete(limit);
        answered(answer);
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
  const ask = async (expression: string) =>
    (await call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true })).result?.value;
  await call("Page.enable");
  await call("Runtime.enable");
  return {
    version,
    faults,
    ask,
    open: async (url) => void (await call("Page.navigate", { url })),
    async until(expression) {
      const end = Date.now() + PATIENCE_MS;
      while ((await ask(expression)) !== true) {
        if (Date.now() > end) throw new Error(`never true in Chromium 80: ${expression}; faults: ${faults.join("; ")}`);
        await Bun.sleep(50);
      }
    },
    async close() {
      for (const limit of limits) clearTimeout(limit);
      socket.close();
      chromium.kill();
      await chromium.exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The first page's own address. The browser listens before it has one. */
async function pageOf(at: string): Promise<string> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await Bun.sleep(50)) {
    const targets = (await (await fetch(at)).json()) as { type: string; webSocketDebuggerUrl?: string }[];
    const page = targets.find(({ type, webSocketDebuggerUrl }) => type === "page" && webSocketDebuggerUrl);
    if (page?.webSocketDebuggerUrl) return page.webSocketDebuggerUrl;
  }
  throw new Error("Chromium 80 opened no page in time");
}

/** Reads where the browser says it listens. */
async function debugPort(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stderr.getReader();
  const decoder = new TextDecoder();
  for (let told = ""; ; ) {
    const { value, done } = await reader.read();
    told += decoder.decode(value, { stream: true });
    const port = /DevTools listening on ws:\/\/[^:]+:(\d+)\//.exec(told)?.[1];
    if (port) {
      void drain(reader);
      return port;
    }
    if (done) throw new Error(`Chromium 80 did not start: ${told.slice(0, 500)}`);
  }
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
