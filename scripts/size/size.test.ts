import { expect, test } from "bun:test";
import { measure, over } from "./budget.ts";
import { type Built, firstLoad } from "./first-load.ts";

const built = (files: Record<string, string>): Built =>
  new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));

const page = `<!doctype html><script type="module" crossorigin src="/assets/main-1.js"></script>
<link rel="modulepreload" crossorigin href="/assets/base-2.js"><link rel="stylesheet" crossorigin href="/assets/main-3.css">
<link rel="manifest" href="/manifest.webmanifest"><div id="app"></div>`;

const client = built({
  "index.html": page,
  "assets/main-1.js": 'import{a as b}from"./base-2.js";import"./side-5.js";const later=()=>import("./lazy-4.js");',
  "assets/base-2.js": 'export*from"./deep-6.js";',
  "assets/side-5.js": "1",
  "assets/deep-6.js": "2",
  "assets/lazy-4.js": "3",
  "assets/main-3.css": "a{}",
  "assets/naskh.woff2": "font",
});

test("follows static imports, and tells what comes later", () => {
  const load = firstLoad(client);
  const paths = (parts: { path: string }[]) => parts.map(({ path }) => path.replace("assets/", "")).sort();
  expect(paths(load.scripts)).toEqual(["base-2.js", "deep-6.js", "main-1.js", "side-5.js"]);
  expect(paths(load.styles)).toEqual(["main-3.css"]);
  expect(paths(load.later)).toEqual(["lazy-4.js", "naskh.woff2"]);
});

test("the sign-in screen counts besides, with what it alone stands on", () => {
  const door = 'import"./base-2.js";import"./own-7.js";const style="/assets/enter-8.css"';
  const load = firstLoad(new Map([...client, ...built({ "assets/part-9.js": door, "assets/own-7.js": "4" })]));
  expect(load.entrance.map(({ path }) => path).sort()).toEqual(["assets/own-7.js", "assets/part-9.js"]);
  expect(load.scripts).toHaveLength(4);
  const [first, until] = measure(load);
  expect(until?.is).toBe((first?.is ?? 0) + load.entrance.reduce((sum, { gzip }) => sum + gzip, 0));
});

test("counts the page among the requests, and says what is over", () => {
  expect(over(measure(firstLoad(client))).map((row) => row.what)).toEqual(["requests"]);
});

test("weighs gzipped", () => {
  const noise = crypto.getRandomValues(new Uint8Array(45_000));
  const heavy: Built = new Map([...built({ "index.html": '<script src="/a.js"></script>' }), ["a.js", noise]]);
  expect(over(measure(firstLoad(heavy))).map((row) => row.what)).toEqual(["JavaScript"]);
});

test("a page that asks for what was not built is an error", () => {
  expect(() => firstLoad(built({ "index.html": '<script src="/gone.js"></script>' }))).toThrow("gone.js");
});
