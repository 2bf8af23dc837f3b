import { expect, test } from "bun:test";
import { readAsked } from "./asked.ts";
import { STAGES } from "./stages.ts";

test("nothing asked is everything, once", () => {
  expect(readAsked([])).toEqual({ stages: [...STAGES], besideLoad: false, times: 1 });
});

test("stages and files by their names", () => {
  expect(readAsked(["types", "lint"]).stages).toEqual(["types", "lint"]);
  const { stages, files, times } = readAsked(["server/main.test.ts", "--times", "20", "--beside-load"]);
  expect({ stages, files, times }).toEqual({ stages: ["unit"], files: new Set(["./server/main.test.ts"]), times: 20 });
  expect(readAsked(["./server/testing/posts.browser.ts"]).stages).toEqual(["browser"]);
});

test("a commit to compare with asks for what has changed since", () => {
  expect(readAsked(["--changed"]).changed).toBe("");
  expect(readAsked(["--since", "HEAD~3"]).changed).toBe("HEAD~3");
  expect(readAsked([]).changed).toBeUndefined();
});

test("what there is not is said in words", () => {
  expect(() => readAsked(["dance"])).toThrow("no stage or test file dance; the stages are types");
  expect(() => readAsked(["--quickly"])).toThrow("--help tells");
  expect(() => readAsked(["--times", "0"])).toThrow("--times takes a number from 1 to 1000, not 0");
});
