import { parseArgs } from "node:util";
import { probeAccess } from "../server/testing/access/run.ts";

const HELP = `Starts nodes on this machine and asks them, over HTTP and sockets, for what the asker has no right to: without credentials,
with expired, used, stolen, forged and foreign ones, and as somebody of a lower role; most of them with something changed.
  --requests N   how many (100000)
  --from SEED    where the random numbers begin (1)
Ends with one line, and with 1 where something was given or told that should not have been:
  requests N accepted A leaked L`;

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "100000" },
    from: { type: "string", default: "1" },
    help: { type: "boolean" },
  },
});
const whole = (name: "requests" | "from", least: number): number => {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= least && value <= 10_000_000) return value;
  console.error(`--${name} must be a whole number from ${least} on, not "${values[name]}".`);
  process.exit(2);
};
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const say = (done: number) => process.stderr.isTTY && process.stderr.write(`\r${done} asked`);
const probed = await probeAccess(whole("requests", 1), whole("from", 0), say).catch((error: Error) => {
  console.error(`The probe came to no end. ${error.message}`);
  process.exit(2);
});
const { requests, accepted, leaked, problems } = probed;
for (const problem of problems) console.error(problem);
console.log(`requests ${requests} accepted ${accepted} leaked ${leaked}`);
process.exit(accepted + leaked === 0 ? 0 : 1);
