import { expect, test } from "bun:test";
import { exportsOf, importsOf } from "./imports.ts";
import { judge } from "./rules.ts";
import type { Tree } from "./tree.ts";

const tree = (files: Record<string, string[]>): Tree =>
  new Map(Object.entries(files).map(([path, lines]) => [path, lines.join("\n")]));

const broken = (files: Record<string, string[]>, rule: string) =>
  judge(tree(files), rule).map((problem) => `${problem.path}${problem.line ? `:${problem.line}` : ""}`);

const line = (from: string, name = "a") => `import { ${name} } from "${from}";`;

test("reads imports of every form, and none from comments or templates", () => {
  const found = importsOf(
    [
      'import a, { b as c, type D } from "./one.ts";',
      "import {",
      "  e,",
      '} from "./two.ts";',
      'import type { F } from "./three.ts";',
      'import * as all from "./four.ts";',
      'import "./five.css";',
      'export { g } from "./six.ts";',
      'const later = import("./seven.ts");',
      'const part = import("./eleven.tsx").then((module) => module.Part);',
      'const worker = new Worker(new URL("./eight.ts", import.meta.url));',
      '// import { no } from "./comment.ts";',
      "const text = `",
      'import { no } from "./template.ts";',
      "`;",
      'export type { H } from "./nine.ts";',
      'type I = import("./ten.ts").Name;',
    ].join("\n"),
  );
  const brief = found.map(({ from, names, typeOnly }) => `${from} ${names.join(",")}${typeOnly ? " type" : ""}`).sort();
  expect(brief).toEqual([
    "./eight.ts *",
    "./eleven.tsx *",
    "./five.css ",
    "./four.ts *",
    "./nine.ts H type",
    "./one.ts b,D,default",
    "./seven.ts *",
    "./six.ts g",
    "./ten.ts Name type",
    "./three.ts F type",
    "./two.ts e",
  ]);
});

test("reads exports of every form", () => {
  const text = ["export const a = 1;", "export async function b() {}", "export type C = 1;", "export { d as e };"];
  expect(exportsOf(text.join("\n")).map(({ name, type }) => `${name} ${type}`)).toEqual([
    "a false",
    "b false",
    "C true",
    "e false",
  ]);
});

test.each([
  ["an adapter imports another", "server/gateway/socket.ts", "../store/writer.ts"],
  ["an adapter's type imports count too", "server/auth/ticket.ts", "../gateway/socket.ts"],
  ["the domain imports an adapter", "server/domain/rooms.ts", "../store/writer.ts"],
  ["the protocol imports anything", "server/protocol/record.ts", "../domain/rooms.ts"],
  ["the domain reads settings", "server/domain/rooms.ts", "../config.ts"],
  ["an adapter imports main", "server/store/writer.ts", "../main.ts"],
  ["the web reaches past the protocol", "web/net/socket.ts", "../../server/domain/rooms.ts"],
  ["the web reaches the protocol by path", "web/net/socket.ts", "../../server/protocol/record.ts"],
  ["the server imports the web", "server/gateway/socket.ts", "../../web/net/socket.ts"],
  ["ops imports the gateway", "server/ops/node.ts", "../gateway/socket.ts"],
  ["the store imports testing", "server/store/writer.ts", "../testing/cluster.ts"],
  ["nats outside replication", "server/store/writer.ts", "@nats-io/jetstream"],
  ["elysia outside the gateway", "server/auth/ticket.ts", "elysia"],
  ["sqlite outside the store", "server/replication/applier.ts", "bun:sqlite"],
  ["sqlite in the web's model", "web/model/rooms.ts", "bun:sqlite"],
  ["preact in the server", "server/gateway/socket.ts", "preact"],
])("arrow: %s", (_what, path, from) => {
  // main imports the file, so that it is no test code.
  const files = { [path]: ["", line(from)], "server/main.ts": [`import "./${path.replace("server/", "")}";`] };
  expect(broken(files, "arrow")).toContain(`${path}:2`);
});

test.each([
  ["main wires", "server/main.ts", "./gateway/socket.ts"],
  ["an adapter uses the domain", "server/store/writer.ts", "../domain/rooms.ts"],
  ["the domain uses the protocol", "server/domain/rooms.ts", "#protocol/record"],
  ["the web uses the protocol", "web/net/socket.ts", "#protocol/record"],
  ["ops uses the store", "server/ops/node.ts", "../store/writer.ts"],
  ["the seed uses testing", "server/ops/seed.ts", "../testing/cluster.ts"],
  ["a test uses another adapter", "server/gateway/socket.test.ts", "../store/writer.ts"],
  ["nats in replication", "server/replication/applier.ts", "@nats-io/jetstream"],
  ["elysia in main", "server/main.ts", "elysia"],
  ["sqlite in the headless client", "web/client/sqlite.ts", "bun:sqlite"],
])("no arrow: %s", (_what, path, from) => {
  expect(broken({ [path]: [line(from)] }, "arrow")).toEqual([]);
});

test("what only tests import is test code; once main takes it, it is not", () => {
  const files: Record<string, string[]> = {
    "server/store/rig.ts": [line("../testing/cluster.ts"), "process.env.HOME;"],
    "server/store/writer.test.ts": [line("./rig.ts")],
  };
  expect(broken(files, "arrow")).toEqual([]);
  expect(broken(files, "environment")).toEqual([]);
  files["server/main.ts"] = [line("./store/rig.ts")];
  expect(broken(files, "arrow")).toEqual(["server/store/rig.ts:1"]);
  expect(broken(files, "environment")).toEqual(["server/store/rig.ts:2"]);
});

test("only config.ts reads the environment", () => {
  const read = ["const port = process.env.BEEP_PORT;"];
  const files = { "server/config.ts": read, "server/store/a.ts": ["", "Bun.env.X;"], "scripts/a.ts": read };
  expect(broken(files, "environment")).toEqual(["server/store/a.ts:2"]);
});

test("cycles, also through types, and of one module with itself", () => {
  const two = { "web/a.ts": [line("./b.ts")], "web/b.ts": ['import type { A } from "./a.ts";'] };
  expect(broken(two, "cycle")).toHaveLength(1);
  expect(broken({ "web/a.ts": [line("./a.ts")] }, "cycle")).toHaveLength(1);
  expect(broken({ "web/a.ts": [line("./b.ts")], "web/b.ts": [line("./c.ts")], "web/c.ts": [] }, "cycle")).toEqual([]);
});

test("dead exports", () => {
  const files = {
    "web/a.ts": ["export const used = 1;", "export const dead = 2;", "export type Part = 1;", "export type Dead = 1;"],
    "web/b.ts": [line("./a.ts", "used"), "type Whole = Part;"],
  };
  expect(broken(files, "dead export")).toEqual(["web/a.ts:2", "web/a.ts:3", "web/a.ts:4"]);
  files["web/a.ts"].push("export const made: Part = 1;");
  files["web/b.ts"].push(line("./a.ts", "made"));
  expect(broken(files, "dead export")).toEqual(["web/a.ts:2", "web/a.ts:4"]);
  expect(broken({ "web/a.ts": ["export default 1;"] }, "dead export")).toEqual(["web/a.ts:1"]);
  expect(broken({ "web/vite.config.ts": ["export default {};"] }, "dead export")).toEqual([]);
});

test("dead files: not imported, not named by what would run them", () => {
  const files: Record<string, string[]> = { "web/main.tsx": [], "scripts/go": [] };
  expect(broken(files, "dead file")).toEqual(["web/main.tsx"]);
  files["web/index.html"] = ['<script type="module" src="/main.tsx"></script>'];
  expect(broken(files, "dead file")).toEqual([]);
});

test("length: past 250 lines a warning, past 400 a failure", () => {
  const judged = judge(
    tree({ "web/a.ts": Array(251).fill("x"), "web/b.ts": Array(401).fill("x"), "web/c.ts": [] }),
    "length",
  );
  expect(judged.map(({ path, warning }) => `${path} ${warning}`)).toEqual(["web/a.ts true", "web/b.ts false"]);
});

test("names that say nothing", () => {
  const files = { "web/utils/a.ts": [], "web/helpers.ts": [], "server/store/writer.ts": [] };
  expect(broken(files, "name")).toEqual(["web/utils/a.ts", "web/helpers.ts"]);
});

test.each([
  ["a note for later without an owner", "// TO" + "DO: later"],
  ["a workplace's path", 'open("/wo' + 'rk/main/a")'],
  ["a registry's host", "https://registry.npm" + "js.org/x"],
  ["a mirror's host", "deb http://deb.debian" + ".org/debian sid main"],
  ["how it was made", "made in an agent " + "session"],
])("wording: %s", (_what, text) => {
  expect(broken({ "README.md": ["", text] }, "wording")).toEqual(["README.md:2"]);
});

test("wording lets owned notes and ordinary words be", () => {
  expect(broken({ "web/a.ts": ["// TO" + "DO(#12): later", "https://example.gov.pk/work/plan"] }, "wording")).toEqual(
    [],
  );
});
