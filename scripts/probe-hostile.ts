import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { firstAddress } from "../server/config.ts";
import { findJanus } from "../server/ops/fleet-janus.ts";
import { findNatsServer } from "../server/ops/fleet-nats.ts";
import { provinceCodes } from "../server/ops/province-names.ts";
import { ATTACKS, probeHostile, stopProbe } from "../server/testing/hostile/run.ts";

const HELP = `Starts a fleet of real processes of which one province is the attacker's: it has that province's key, its account and links, and
its officials' devices, and runs a program of its own. Beside it honest officials of the others go on writing, reading and calling.
Every attack is drawn from the seed, and looked at by honest observers at honest nodes.
  --from SEED      which variants are tried, and which province is hostile (1)
  --provinces P    how many provinces, 3 to 7 (3)
  --only NAMES     these attacks alone, with commas between
  --strict         counts as well what SPEC.md says is still possible, and names the rule
${ATTACKS.map(({ name, tries }) => `    ${name.padEnd(12)} ${tries}`).join("\n")}
Calls are attacked where Janus is here. It takes some minutes, keeps nothing, and ends with
  attacks N succeeded S harmed_p99_ratio X
X is the honest people's 99th of 100 times from writing to reading while attacks run, over that in the same run while none does.
Ends with 1 where an attack succeeded, the honest lost anything, or something could not be judged; with 2 where it could not run.`;

const fail = (words: string): never => {
  console.error(words);
  process.exit(2);
};

function read() {
  try {
    return parseArgs({
      options: {
        from: { type: "string", default: "1" },
        provinces: { type: "string", default: "3" },
        only: { type: "string" },
        strict: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return fail((error as Error).message);
  }
}

const { from, provinces, only, strict, help } = read();
if (help) {
  console.log(HELP);
  process.exit(0);
}
const seed = Number(from);
if (!Number.isSafeInteger(seed) || seed < 0) fail(`--from must be a whole number from 0 on, not "${from}".`);
const count = Number(provinces);
if (!Number.isInteger(count) || count < 3 || count > 7)
  fail(`--provinces must be a whole number from 3 to 7, not "${provinces}".`);
const wanted = only?.split(",").map((name) => name.trim());
for (const name of wanted ?? [])
  if (!ATTACKS.some((attack) => attack.name === name)) fail(`There is no attack "${name}". --help lists them.`);
const natsServer = findNatsServer() ?? fail("No fit nats-server is here. Run ./scripts/start once; it brings one.");
const first = ["is", "pb", "sd"];
const codes = [...first, ...provinceCodes().filter((code) => !first.includes(code))].slice(0, count);

const dir = mkdtempSync(join(tmpdir(), "beep-hostile-"));
let stopping: Promise<void> | undefined;
const leave = (): Promise<void> => {
  stopping ??= stopProbe().finally(() => rmSync(dir, { recursive: true, force: true }));
  return stopping;
};
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (stopping) return;
    console.error("Stopping.");
    void leave().then(() => process.exit(130));
  });

try {
  const { attacks, succeeded, admitted, outdated, harm, blind, calmP99, attackedP99, ratio, beside, isGood } =
    await probeHostile({
      ...{ dir, seed, natsServer, provinces: codes, strict, say: (words) => console.log(words) },
      ...(wanted && { only: wanted }),
      janus: firstAddress() ? findJanus() : undefined,
    });
  for (const words of succeeded) console.log(`succeeded  ${words}`);
  for (const words of harm) console.log(`lost       ${words}`);
  for (const words of blind) console.log(`unjudged   ${words}`);
  for (const words of admitted) console.log(`admitted   ${words}`);
  for (const rule of outdated) console.log(`closed     nothing that ${rule} admits was possible: count it`);
  if (!isGood)
    console.log(
      `again: scripts/probe-hostile --from ${seed} --provinces ${count}${only ? ` --only ${only}` : ""}${strict ? " --strict" : ""}`,
    );
  console.log(
    `write to read p99: ${calmP99} ms while calm, ${attackedP99} ms while attacked (${beside.map(({ name, p99 }) => `${name} ${p99}`).join(", ")})`,
  );
  console.log(`attacks ${attacks} succeeded ${succeeded.length} harmed_p99_ratio ${ratio.toFixed(2)}`);
  await leave();
  process.exit(isGood ? 0 : 1);
} catch (error) {
  if (!stopping) {
    console.error(`The probe could not run. ${(error as Error).message}`);
    await leave();
    process.exit(2);
  }
}
