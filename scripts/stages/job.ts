// Runs one job and counts it.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { runCommand } from "./command.ts";
import { type Count, countTests, failedFiles, partOf, sum } from "./count.ts";
import { type Job, oneJob } from "./stages.ts";

/** A test's own limit, where the machine is quiet: it tells in which test a file hangs. */
const TEST_MS = 300_000;

export interface Failure {
  /** of the check or of the test file */
  name: string;
  /** where the output does not say it by itself */
  why: string;
  /** the end of what it wrote */
  shown: string;
  log: string;
}

export interface Done {
  job: Job;
  count: Count;
  seconds: number;
  failures: Failure[];
}

export interface How {
  /** where logs and reports go */
  folder: string;
  /** how many times slower than a quiet machine this one is */
  slower: number;
  /** the web was built for all files */
  built: boolean;
}

const plain = (name: string) => name.replace(/[^\w.-]+/g, "-");

export async function runJob(job: Job, how: How): Promise<Done> {
  const from = performance.now();
  const log = `${how.folder}/${plain(job.name)}.log`;
  rmSync(log, { force: true });
  const limitMs = job.minutes * 60_000 * how.slower;
  const done =
    job.kind === "check" ? await runCheck(job.command, log, limitMs) : await runTests(job, log, limitMs, how);
  const seconds = (performance.now() - from) / 1000;
  const { count, why } = done;
  const text = readFileSync(log, "utf8");
  const names = done.files.length > 0 ? done.files : [job.name];
  const own = names.map((name) => ({ name, why, log, shown: tail(partOf(text, name)) }));
  // A group that was stopped, or ended without a report, does not tell which of its files did it: each is run by itself.
  if (job.kind === "tests" && job.files.length > 1 && done.lost) {
    const each: Done[] = [];
    for (const file of job.files) each.push(await runJob(oneJob(job.stage, file), how));
    const failures = each.flatMap((one) => one.failures);
    // Alone each of them may go well; together they did not.
    if (failures.length === 0)
      return { job, count: sum([...each.map((one) => one.count), count]), seconds, failures: own };
    return { job, count: sum(each.map((one) => one.count)), seconds, failures };
  }
  return { job, count, seconds, failures: count.failed > 0 ? own : [] };
}

const tail = (text: string): string => text.trimEnd().split("\n").slice(-60).join("\n");

/** `files`: those in which something failed, where the report tells; `lost`: there is no report. */
type Outcome = { count: Count; why: string; lost: boolean; files: string[] };

async function runCheck(command: string[], log: string, limitMs: number): Promise<Outcome> {
  const { code, timedOut } = await runCommand(command, log, limitMs);
  const failed = code === 0 && !timedOut ? 0 : 1;
  const why = timedOut ? stopped(limitMs) : "";
  return { count: { passed: 1 - failed, failed, skipped: 0 }, why, lost: timedOut, files: [] };
}

async function runTests(
  { files }: Extract<Job, { kind: "tests" }>,
  log: string,
  limitMs: number,
  { slower, built }: How,
): Promise<Outcome> {
  const report = log.replace(/log$/, "xml");
  rmSync(report, { force: true });
  const options = ["--reporter=junit", `--reporter-outfile=${report}`, `--timeout=${Math.ceil(TEST_MS * slower)}`];
  const command = [process.execPath, "test", ...options, ...files];
  const { code, timedOut, leftovers } = await runCommand(command, log, limitMs, {
    BEEP_SLOWER: slower.toFixed(2),
    ...(built && { BEEP_BUILT: "1" }),
  });
  const xml = existsSync(report) ? readFileSync(report, "utf8") : null;
  const count = countTests(xml, code);
  if (count.failed === 0 && (timedOut || leftovers)) count.failed = 1;
  const why = timedOut ? stopped(limitMs) : leftovers ? "it left processes running" : "";
  return { count, why, lost: timedOut || xml === null, files: xml ? failedFiles(xml, files) : [] };
}

const stopped = (limitMs: number) => `stopped, it took longer than ${Math.round(limitMs / 1000)} s`;
