// Counts a test run from its JUnit report, never trusting an exit code alone: a test that ends the process with 0
// leaves no report, and a file that does not load leaves no failed test.

export type Count = { passed: number; failed: number; skipped: number };

/** `report` is the JUnit XML, or null when none was written; `code` is the exit code of the run. */
export function countTests(report: string | null, code: number): Count {
  const head = report?.match(/<testsuites\b[^>]*>/)?.[0];
  if (!head) return { passed: 0, failed: 1, skipped: 0 };
  const number = (name: string) => Number(head.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
  const skipped = number("skipped");
  let failed = number("failures") + number("errors");
  const passed = number("tests") - failed - skipped;
  if (failed === 0 && (code !== 0 || passed + skipped === 0)) failed = 1;
  return { passed, failed, skipped };
}

/** Of the files of a run those in which something failed, by its report; one that did not load is not in it. */
export function failedFiles(report: string, files: readonly string[]): string[] {
  const failed = new Set<string>();
  const known = new Set<string>();
  for (const [, file = "", failures] of report.matchAll(/<testsuite\b[^>]*\bfile="([^"]+)"[^>]*\bfailures="(\d+)"/g)) {
    known.add(file);
    if (failures !== "0") failed.add(file);
  }
  for (const file of files.map((path) => path.replace(/^\.\//, ""))) if (!known.has(file)) failed.add(file);
  return [...failed];
}

/** What `bun test` wrote of one file in the log of several; all of it where it does not name the file. */
export function partOf(log: string, file: string): string {
  const heads = [...log.matchAll(/^(\S+\.tsx?):$/gm)];
  const at = heads.findIndex(([, name]) => name === file);
  return at < 0 ? log : log.slice(heads[at]?.index, heads[at + 1]?.index);
}

export const sum = (counts: Count[]): Count =>
  counts.reduce(
    (all, one) => ({
      passed: all.passed + one.passed,
      failed: all.failed + one.failed,
      skipped: all.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
