import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { BENCHES, DEFAULT } from "./benches/all.ts";
import { loadavg } from "node:os";
import { markdown, type Options, type Report } from "./report.ts";
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
const reports: Report[] = [];
for (const name of names) {
  mkdirSync(`${ROOT}.beep/bench`, { recursive: true });
  const options: Options = {
    quick: values.quick,
    peers: values.peers,
    dir: mkdtempSync(`${ROOT}.beep/bench/run-`),
    minutes: Number(values.minutes),
    runs: values.quick ? 1 : Number(values.runs),
  };
  say(`${new Date().toISOString().slice(11, 19)} ${name} … (load average ${loadavg()[0]?.toFixed(1)})`);
  try {
    const report = await (BENCHES[name] as (typeof BENCHES)[string])(options);
    reports.push(report);
    if (!values.json) say(markdown([report], ""));
  } catch (error) {
    notes.push(`\`${name}\` failed in this run and has no figures: ${(error as Error).message.split("\n")[0]}`);
    say(String((error as Error).stack));
  } finally {
    await endAll();
    rmSync(options.dir, { recursive: true, force: true });
  }
}
const left = Object.keys(BENCHES).filter((name) => !names.includes(name));
if (left.length > 0) notes.push(`Not measured in this run: ${left.map((name) => `\`${name}\``).join(", ")}.`);

const cores = cpus().length;
const head = `# Bench, ${started.toISOString().slice(0, 16).replace("T", " ")} UTC

${cores} shared cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Bun ${Bun.version}; load average ${loadavg()
  .map((one) => one.toFixed(1))
  .join(
    " ",
  )} at the end. Limits and peers were measured in the same run as Beep, in turn with it. Median (least–most, runs).
Server, load generator and disk share the machine; "others" is CPU that neither took. Ratios are what counts.
${notes.map((note) => `- ${note}`).join("\n")}
`;
if (values.json) console.log(JSON.stringify({ started, cores, notes, reports }, null, 1));
if (!values.quick || values.out) {
  const file = values.out ?? `${ROOT}scripts/bench-results/${started.toISOString().slice(0, 10)}-${cores}core.md`;
  mkdirSync(`${ROOT}scripts/bench-results`, { recursive: true });
  await Bun.write(file, markdown(reports, head));
  say(`Written to ${file.replace(ROOT, "")}`);
}
process.exit(notes.some((note) => note.includes("failed")) ? 1 : 0);
