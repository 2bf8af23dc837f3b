import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { BENCHES, DEFAULT } from "./benches/all.ts";
import { markdown, type Options } from "./report.ts";
import { Results } from "./results.ts";
import { endAll, ROOT } from "./system.ts";
import { installPeers } from "./systems.ts";

const USAGE = `scripts/bench [NAME…] [--peers] [--quick] [--json] [--minutes N] [--runs N] [--out FILE]
  NAME       ${Object.keys(BENCHES).join(", ")}; all of the default ones without a name
  --peers    also installs (into .beep/bench) and measures Socket.IO, ejabberd and Prosody
  --quick    one run of each, nothing written
  --json     the samples on standard output
  --minutes  how long soak runs (3)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    minutes: { type: "string", default: "3" },
    runs: { type: "string", default: "5" },
    out: { type: "string" },
  },
});
const say = (text: string) => process.stderr.write(`${text}\n`);
const unknown = positionals.filter((name) => !(name in BENCHES));
if (values.help || unknown.length > 0) {
  say(unknown.length > 0 ? `There is no bench ${unknown.join(", ")}.\n${USAGE}` : USAGE);
  process.exit(unknown.length > 0 ? 2 : 0);
}

process.on("SIGINT", () => void endAll().then(() => process.exit(130)));
process.on("SIGTERM", () => void endAll().then(() => process.exit(143)));

const notes: string[] = [];
if (values.peers) {
  say("Installing the peers …");
  for (const missing of await installPeers()) notes.push(`Not to be had in this run: ${missing}`);
}

const names = positionals.length > 0 ? positionals : DEFAULT;
const started = new Date();
const day = started.toISOString().slice(0, 10);
const cores = cpus().length;
const results = new Results(`${ROOT}.beep/bench/results-${day}.json`, Object.keys(BENCHES));
const file = values.out ?? `${ROOT}scripts/bench-results/${day}-${cores}core.md`;
const writes = !values.quick || values.out !== undefined;
for (const name of names) {
  mkdirSync(`${ROOT}.beep/bench`, { recursive: true });
  const options: Options = {
    quick: values.quick,
    peers: values.peers,
    dir: mkdtempSync(`${ROOT}.beep/bench/run-`),
    minutes: Number(values.minutes),
    runs: values.quick ? 1 : Number(values.runs),
  };
  const at = new Date().toISOString().slice(11, 16);
  const before = loadOf();
  say(`${at} ${name} … (load average ${before})`);
  try {
    const report = await (BENCHES[name] as (typeof BENCHES)[string])(options);
    report.taken = `Taken ${day} ${at} UTC; load average ${before} before, ${loadOf()} after.`;
    if (writes) {
      results.put(report);
      mkdirSync(dirname(file), { recursive: true });
      await Bun.write(file, markdown(results.all(), head()));
    } else results.hold(report);
    if (!values.json) say(markdown([report], ""));
  } catch (error) {
    notes.push(`\`${name}\` failed: ${(error as Error).message.split("\n")[0]}`);
    say(String((error as Error).stack));
  } finally {
    await endAll();
    rmSync(options.dir, { recursive: true, force: true });
  }
}

function loadOf(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

function head(): string {
  const missing = results.missing();
  const told =
    missing.length > 0
      ? [...notes, `Not measured this day: ${missing.map((name) => `\`${name}\``).join(", ")}.`]
      : notes;
  return `# Bench, ${day}

${cores} shared cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Bun ${Bun.version}. Limits and peers were measured in the same run as Beep, in turn with it.
Median (least–most, runs). Server, load generator and disk share the machine; "others" is CPU that was none of theirs.
Ratios are what counts; rates fall with what others take, CPU-seconds much less.
${told.map((note) => `- ${note}`).join("\n")}
`;
}

if (values.json) console.log(JSON.stringify({ started, cores, notes, reports: results.taken() }, null, 1));
if (writes) {
  await Bun.write(file, markdown(results.all(), head()));
  say(`Written to ${file.replace(ROOT, "")}`);
}
process.exit(notes.some((note) => note.includes("failed")) ? 1 : 0);
