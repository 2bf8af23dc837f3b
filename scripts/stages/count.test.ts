import { expect, test } from "bun:test";
import { countTests, failedFiles, partOf, sum } from "./count.ts";

const report = (attributes: string) =>
  `<?xml version="1.0"?>\n<testsuites name="bun test" ${attributes}>\n</testsuites>`;

test("counts what the report says", () => {
  const count = countTests(report('tests="5" assertions="1" failures="2" skipped="2"'), 1);
  expect(count).toEqual({ passed: 1, failed: 2, skipped: 2 });
});

test("a run that ended without a report failed, whatever its exit code", () => {
  expect(countTests(null, 0).failed).toBe(1);
  expect(countTests("", 0).failed).toBe(1);
});

test("a file that did not load is a failure although no test failed", () => {
  expect(countTests(report('tests="3" failures="0" skipped="0"'), 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
});

test("a run of no tests is a failure", () => {
  expect(countTests(report('tests="0" failures="0" skipped="0"'), 0).failed).toBe(1);
});

test("names the files in which something failed, each once, and what was written of each", () => {
  const suite = (file: string, failures: number) =>
    `<testsuite name="${file}" file="${file}" tests="3" assertions="1" failures="${failures}" skipped="0">`;
  const xml = `${suite("a.test.ts", 0)}${suite("b.test.ts", 2)}<testsuite name="within" file="b.test.ts" failures="2">`;
  expect(failedFiles(xml, ["./a.test.ts", "./b.test.ts", "./torn.test.ts"])).toEqual(["b.test.ts", "torn.test.ts"]);
  const log = "$ bun test\n\na.test.ts:\n(pass) x\n\nb.test.ts:\nerror: no\n(fail) y\n\nc.test.ts:\n(pass) z\n";
  expect(partOf(log, "b.test.ts")).toBe("b.test.ts:\nerror: no\n(fail) y\n\n");
});

test("sums", () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(sum([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6 });
  expect(sum([])).toEqual({ passed: 0, failed: 0, skipped: 0 });
});
