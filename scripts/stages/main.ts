// ./scripts/test without the installing: runs the stages asked for (all of them by default), one line each.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { endAll, runCommand } from "./command.ts";
import { type Count, countTests, sum } from "./count.ts";
import { type Stage, stages } from "./stages.ts";

const folder = ".beep/test";

type Result = { count: Count; shown: string };

/** The end of what one run wrote: `from` is where it began in the stage's log. */
const tail = (log: string, from: number): string =>
  readFileSync(log).subarray(from).toString("utf8").trimEnd().split("\n").slice(-60).join("\n");

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

async function runCheck(command: string[], log: string, limitMs: number): Promise<Result> {
  const { code, timedOut } = await runCommand(command, log, limitMs);
  const failed = code === 0 && !timedOut ? 0 : 1;
  return { count: { passed: 1 - failed, failed, skipped: 0 }, shown: failed ? tail(log, 0) : "" };
}

async function runTests(
  files: string[],
  report: string,
  log: string,
  seconds: number,
  limitMs: number,
): Promise<Result> {
  const from = sizeOf(log);
  rmSync(report, { force: true });
  const options = ["--reporter=junit", `--reporter-outfile=${report}`, `--timeout=${seconds * 1000}`];
  const { code, timedOut, leftovers } = await runCommand(
    [process.execPath, "test", ...options, ...files],
    log,
    limitMs,
  );
  const count = countTests(existsSync(report) ? readFileSync(report, "utf8") : null, code);
  if (count.failed === 0 && (timedOut || leftovers)) count.failed = 1;
  return { count, shown: count.failed > 0 ? tail(log, from) : "" };
}

async function runStage(stage: Stage): Promise<Result> {
  const log = `${folder}/${stage.name}.log`;
  const until = Date.now() + stage.limitMinutes * 60_000;
  rmSync(log, { force: true });
  if (stage.kind === "check") return runCheck(stage.command, log, until - Date.now());
  const results: Result[] = [];
  for (const files of stage.runs) {
    const report = `${folder}/${stage.name}.${results.length}.xml`;
    results.push(await runTests(files, report, log, stage.testSeconds, Math.max(0, until - Date.now())));
  }
  if (results.length === 0) {
    // A stage without a single test file is a stage that was lost.
    return { count: { passed: 0, failed: 1, skipped: 0 }, shown: `There is no test file for the stage ${stage.name}.` };
  }
  const shown = results.flatMap((result) => result.shown || []);
  return { count: sum(results.map((result) => result.count)), shown: shown.join("\n\n") };
}

function chosen(names: string[]): Stage[] {
  const all = stages();
  const unknown = names.filter((name) => !all.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    console.error(
      `There is no stage ${unknown.join(", ")}; the stages are ${all.map((stage) => stage.name).join(", ")}.`,
    );
    process.exit(2);
  }
  // The last two stages look at what the build made.
  const wanted = names.includes("size") || names.includes("browser") ? [...names, "build"] : names;
  return names.length === 0 ? all : all.filter((stage) => wanted.includes(stage.name));
}

async function main(): Promise<void> {
  const run = chosen(process.argv.slice(2));
  mkdirSync(folder, { recursive: true });
  const counts: Count[] = [];
  for (const stage of run) {
    const began = performance.now();
    const { count, shown } = await runStage(stage);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
    console.log(`${stage.name.padEnd(8)} ${count.passed} passed, ${count.failed} failed${skipped} (${seconds} s)`);
    if (shown) console.log(`\n${shown}\n\nThe whole of it is in ${folder}/${stage.name}.log.\n`);
    counts.push(count);
  }
  const total = sum(counts);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void endAll().then(() => process.exit(130)));
}
await main();
