// ./scripts/test without the installing: runs what was asked for, and ends with what came of it.
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { readTree } from "../rules/tree.ts";
import { type Asked, CannotAsk, readAsked } from "./asked.ts";
import { endAll } from "./command.ts";
import { type Count, sum } from "./count.ts";
import { type Done, runJob } from "./job.ts";
import { beginLoad } from "./load.ts";
import { runPool } from "./pool.ts";
import { measureSlowness } from "./speed.ts";
import { type Job, jobs, NEEDS_BUILD, STAGES } from "./stages.ts";
import { Times } from "./times.ts";
import { changedSince, touchedBy } from "./touched.ts";

const folder = ".beep/test";
/** A machine that is slower than this gets one job at a time: what must happen in time in a call has no time left. */
const BUSY = 1.6;
/** Seconds of work that --changed takes on, each worker's together. */
const SHORT = 240;

/** The jobs that --changed stands for: all unit files that can notice, and of the others the nearest that fit. */
function changedJobs(since: string, stages: readonly string[], times: Times): Job[] {
  const tree = readTree(".");
  const changed = changedSince(since);
  const touched = touchedBy(tree, changed);
  const all = jobs(stages, new Set([...touched.keys()].map((path) => `./${path}`)));
  const checks = all.filter(({ kind, stage }) => kind === "check" && !NEEDS_BUILD.includes(stage) && stage !== "build");
  const chosen = all.filter(({ stage }) => stage === "unit");
  let left = SHORT - chosen.reduce((spent, { stage, name }) => spent + times.of(stage, name), 0);
  const rest = all
    .filter(({ stage }) => stage === "fleet" || stage === "browser")
    .sort((a, b) => (touched.get(a.name) as number) - (touched.get(b.name) as number));
  const omitted: string[] = [];
  for (const job of rest) {
    const seconds = times.of(job.stage, job.name);
    if (seconds > left) omitted.push(job.name);
    else {
      left -= seconds;
      chosen.push(job);
    }
  }
  console.log(`${changed.length} files have changed; ${touched.size} test files can notice.`);
  if (omitted.length > 0) console.log(`Left to the whole run, for want of time:\n  ${omitted.join("\n  ")}`);
  const web = changed.some((path) => /^(web\/|server\/protocol\/|package)/.test(path));
  const built = web || chosen.some(({ stage }) => NEEDS_BUILD.includes(stage));
  const last = all.filter(({ stage }) => built && (stage === "build" || (stage === "size" && web)));
  return [...checks, ...last, ...chosen];
}

function chosenJobs({ stages, files, changed }: Asked, times: Times): Job[] {
  const wanted = stages.some((stage) => NEEDS_BUILD.includes(stage)) ? [...stages, "build"] : stages;
  const all = changed === undefined ? jobs(wanted, files) : changedJobs(changed, wanted, times);
  // Checks first, then the longest: a short one at the end fills the gap that a long one would leave.
  const rank = ({ kind, stage, name }: Job) =>
    kind === "check" ? 1e6 - STAGES.indexOf(stage as never) : times.of(stage, name);
  return all.sort((a, b) => rank(b) - rank(a));
}

/** Says what each stage came to when its last job has ended, and at once what failed. */
class Report {
  private readonly done: Done[] = [];
  private readonly left = new Map<string, number>();

  constructor(list: readonly Job[]) {
    for (const { stage } of list) this.left.set(stage, (this.left.get(stage) ?? 0) + 1);
  }

  take(one: Done): void {
    this.done.push(one);
    for (const { name, why, shown, log } of one.failures)
      console.log(`\nfailed   ${name}${why && `: ${why}`}\n\n${shown}\n\nThe whole of it is in ${log}.\n`);
    const { stage } = one.job;
    const left = (this.left.get(stage) as number) - 1;
    this.left.set(stage, left);
    if (left > 0) return;
    const all = this.done.filter(({ job }) => job.stage === stage);
    const count = sum(all.map((each) => each.count));
    const seconds = all.reduce((total, each) => total + each.seconds, 0).toFixed(1);
    console.log(`${stage.padEnd(8)} ${words(count)} (${seconds} s of work)`);
  }

  /** @returns whether all went well */
  end(): boolean {
    const failed = this.done.flatMap(({ failures }) => failures);
    for (const { name, why } of failed) console.log(`failed   ${name}${why && `: ${why}`}`);
    const total = sum(this.done.map(({ count }) => count));
    console.log(`${total.passed} passed, ${total.failed} failed`);
    return total.failed === 0 && total.passed > 0;
  }
}

const words = ({ passed, failed, skipped }: Count): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

async function main(): Promise<boolean> {
  const asked = readAsked(process.argv.slice(2));
  mkdirSync(folder, { recursive: true });
  const times = Times.read(`${folder}/times.json`);
  const list = chosenJobs(asked, times);
  const endLoad = asked.besideLoad ? beginLoad() : () => {};
  const slower = measureSlowness();
  const workers = asked.workers ?? (slower > BUSY ? 1 : Math.min(2, availableParallelism()));
  console.log(
    `${list.length} jobs, ${workers} at a time; this machine is ${slower.toFixed(1)} times slower than a quiet one.`,
  );
  const isBuild = ({ stage }: Job) => stage === "build";
  const built = list.filter(isBuild).map(({ name }) => name);
  const how = { folder, slower, built: built.length > 0 };
  const runs = list.flatMap((job) =>
    Array.from({ length: isBuild(job) ? 1 : asked.times }, (_, time) => ({ job, time })),
  );
  const report = new Report(runs.map(({ job }) => job));
  const works = runs.map(({ job, time }) => ({
    name: time === 0 ? job.name : `${job.name} ${time}`,
    after: [
      ...(NEEDS_BUILD.includes(job.stage) ? built : []),
      // The same file again uses the same log.
      ...(time > 0 ? [time === 1 ? job.name : `${job.name} ${time - 1}`] : []),
    ],
    run: () => runJob(job, how),
  }));
  try {
    await runPool(works, workers, (one: Done) => {
      if (one.count.failed === 0) times.keep(one.job.name, one.seconds);
      report.take(one);
    });
  } finally {
    endLoad();
  }
  return report.end();
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void endAll().then(() => process.exit(130)));
try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  if (!(error instanceof CannotAsk)) throw error;
  console.error(error.message);
  process.exit(2);
}
