import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runJob } from "./job.ts";
import type { Job } from "./stages.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "beep-job-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A test file with this in it. @returns its path, as jobs name it */
function file(name: string, body: string): string {
  const path = join(folder, `${name}.test.ts`);
  writeFileSync(path, `import { expect, test } from "bun:test";\n${body}\n`);
  return `./${path.slice(1)}`;
}
const good = () => file("good", 'test("good", () => expect(1).toBe(1));');
const run = (seconds: number, ...files: string[]) => {
  const job: Job = { stage: "unit", name: "some", minutes: seconds / 60, kind: "tests", files };
  return runJob({ ...job, files: files.map((path) => path.slice(1)) } as Job, { folder, slower: 1, built: false });
};

test("a file that is stopped counts as failed, by its name and with why", async () => {
  const { count, failures } = await run(1, file("slow", 'test("slow", () => new Promise(() => {}));'));
  expect(count.failed).toBe(1);
  expect(failures).toMatchObject([{ name: "some", why: "stopped, it took longer than 1 s" }]);
});

test("of files that share a process the one that ends it is named, and the others count", async () => {
  const { count, failures } = await run(60, good(), file("ends", 'test("ends", () => process.exit(0));'));
  expect(count).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(failures).toHaveLength(1);
  expect(failures[0]?.name).toContain("ends.test.ts");
});

test("a file that does not load is a failure beside those that do", async () => {
  const { count, failures } = await run(60, good(), file("torn", 'import "./nowhere.ts"; test("x", () => {});'));
  expect(count.passed).toBe(1);
  expect(count.failed).toBe(1);
  expect(failures).toHaveLength(1);
});
