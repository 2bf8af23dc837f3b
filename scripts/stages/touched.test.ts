import { expect, test } from "bun:test";
import { touchedBy } from "./touched.ts";

const tree = new Map([
  ["server/main.ts", 'import { a } from "./store/a.ts";'],
  ["server/store/a.ts", "export const a = 1;"],
  ["server/store/a.test.ts", 'import { a } from "./a.ts";'],
  ["server/store/b.test.ts", 'import { expect } from "bun:test";'],
  ["server/ops/fleet.ts", 'const command = [process.execPath, join(ROOT, "server/main.ts")];'],
  ["server/testing/cut.fleet.ts", 'import { Fleet } from "../ops/fleet.ts";'],
  ["server/testing/house.ts", 'cpSync("web/dist", web);'],
  ["server/testing/talk.browser.ts", 'import { open } from "./house.ts";\nimport { Fleet } from "../ops/fleet.ts";'],
  ["web/main.tsx", 'import { view } from "./view.tsx";'],
  ["web/view.tsx", "export const view = 1;"],
]);

test("what imports a change is touched, and nothing else", () => {
  expect([...touchedBy(tree, ["server/store/b.test.ts"]).keys()]).toEqual(["server/store/b.test.ts"]);
  const touched = touchedBy(tree, ["server/store/a.ts"]);
  expect(touched.get("server/store/a.test.ts")).toBe(1);
  expect(touched.has("server/store/b.test.ts")).toBe(false);
});

test("what starts a changed program is touched, further away than what imports it", () => {
  expect(touchedBy(tree, ["server/store/a.ts"]).get("server/testing/cut.fleet.ts")).toBe(3);
});

test("what shows the built client is touched by the client's sources", () => {
  expect([...touchedBy(tree, ["web/view.tsx"]).keys()]).toEqual(["server/testing/talk.browser.ts"]);
});
