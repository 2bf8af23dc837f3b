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

export const sum = (counts: Count[]): Count =>
  counts.reduce(
    (all, one) => ({
      passed: all.passed + one.passed,
      failed: all.failed + one.failed,
      skipped: all.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
