import { parseArgs } from "node:util";
import { mostPeople, runCalls } from "../server/testing/calls-run.ts";

const HELP = `Holds one call with real headless browsers over real nodes, logs and media gateways; all are started here on free
ports, and stopped. Everybody sends a small picture and a voice, end-to-end encrypted, and is to get everybody else's.
  --people N       how many people, 2 to 12 (4)
  --provinces N    from how many provinces, 1 to 3 (2)
  --kill-gateway   kills the first province's gateway in the call, and waits until all flows again
  --cut-link       cuts the first two provinces from each other until both say so, heals, and waits until all flows again
  --loss PERCENT   of the first person's media, each way
  --kbps N         the first person's line, each way
  --delay MS       there and back on the first person's line (300 with --kbps, else 0)
  --verbose        what happens
Ends with one line; with 1 where not all flows.`;

const flag = { type: "boolean", default: false } as const;
const { values } = parseArgs({
  options: {
    people: { type: "string", default: "4" },
    provinces: { type: "string", default: "2" },
    loss: { type: "string", default: "0" },
    kbps: { type: "string", default: "0" },
    delay: { type: "string" },
    "kill-gateway": flag,
    "cut-link": flag,
    verbose: flag,
    help: flag,
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const number = (name: "people" | "provinces" | "loss" | "kbps" | "delay", least: number, most: number): number => {
  const value = Number(values[name]);
  if (value >= least && value <= most) return value;
  console.error(`--${name} must be a number from ${least} to ${most}, not "${values[name]}".`);
  process.exit(2);
};

const provinces = number("provinces", 1, 3);
const people = number("people", 2, mostPeople(provinces));
if (values["cut-link"] && provinces < 2) {
  console.error("--cut-link needs two provinces.");
  process.exit(2);
}
const plan = {
  people,
  provinces,
  killGateway: values["kill-gateway"],
  cutLink: values["cut-link"],
  loss: number("loss", 0, 100),
  kbps: number("kbps", 0, 1_000_000),
  delay: values.delay === undefined ? (values.kbps === "0" ? 0 : 300) : number("delay", 0, 10_000),
  say: (words: string) => {
    if (values.verbose) console.error(words);
  },
};
try {
  const result = await runCalls(plan);
  const told = (ms: number | undefined) => (ms === undefined ? "-" : Number.isFinite(ms) ? Math.round(ms) : "never");
  console.log(
    `people ${result.people} provinces ${result.provinces} streams_flowing ${result.flowing}/${result.expected} ` +
      `wrong_key_frames ${result.wrongKeyFrames} join_p50_ms ${told(result.joinMs)} recover_ms ${told(result.recoverMs)}`,
  );
  process.exit(result.flowing === result.expected && result.wrongKeyFrames === 0 ? 0 : 1);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
