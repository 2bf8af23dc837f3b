import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Province } from "#protocol/ids";
import { firstAddress } from "../config.ts";
import { openDesk } from "./desk.ts";
import { Fleet, type Site } from "./fleet.ts";
import { isFree } from "./fleet-layout.ts";
import { findJanus } from "./fleet-janus.ts";
import { findNatsServer } from "./fleet-nats.ts";
import { portHolder } from "./fleet-ports.ts";
import { type FleetProcess, startTime } from "./fleet-process.ts";
import { seed } from "./seed.ts";
import { PEOPLE, personId, type Who } from "./seed-people.ts";
import { signInTable } from "./sign-in-table.ts";

const ROOT = resolve(import.meta.dir, "../..");
const DAY_MS = 86_400_000;

const HELP = `Starts Beep on this machine with a small ministry to try it with. Ctrl-C stops all of it; the data stays.

  ./scripts/start            three provinces: Islamabad, Punjab, Sindh, each with its own node and its own nats-server
  ./scripts/start --alone    one node with SQLite only, everybody in one province
  ./scripts/start --fresh    forget the demo's data first
  ./scripts/start --lan      listen on the machine's own address, so that phones can try it
  ./scripts/start --turn     run a TURN relay too, for calls from networks that let no media through (coturn)
  ./scripts/start --help     this`;

const NO_CALLS = `Calls are off: Janus (1.1.2 or newer) is not here, or this machine has no network address. Chat works.
To have calls, install it as root (systemctl mask janus && apt-get install janus) and start again.`;

/** A reason not to start, in words for the person at the terminal. */
class CannotStart extends Error {}

/** Set once a signal has come: from then on nothing is started and no failure is news. */
let stopping = false;

interface Options {
  alone: boolean;
  fresh: boolean;
  lan: boolean;
  turn: boolean;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const dir = join(ROOT, ".beep", options.alone ? "demo-alone" : "demo");
  const provinces: Province[] = options.alone ? ["is"] : ["is", "pb", "sd"];
  const natsServer = options.alone ? undefined : findNatsServer();
  if (!options.alone && !natsServer)
    throw new CannotStart("No fit nats-server is here. Start through ./scripts/start, which brings one.");
  const janus = firstAddress() ? findJanus() : undefined;
  const turnserver = options.turn ? findTurnserver() : undefined;
  const begun = performance.now();

  refuseSecond(dir);
  const plan = {
    dir,
    provinces,
    ports: "demo" as const,
    detached: true,
    ...(natsServer ? { natsServer } : {}),
    ...(janus ? { janus } : {}),
    ...(turnserver ? { turnserver } : {}),
    ...(options.lan ? { host: lanAddress() } : { name: "localhost" }),
  };
  let fleet = await Fleet.open(plan);
  for (const name of await fleet.endLeftovers()) console.log(`Ended ${name}, left over from an unclean stop.`);
  if (options.fresh) {
    rmSync(dir, { recursive: true, force: true });
    fleet = await Fleet.open(plan);
  }
  await checkPorts(fleet);
  writeFileSync(join(dir, "supervisor.pid"), `${process.pid} ${startTime(process.pid)}\n`);
  await seedOnce(dir, fleet);

  stopOnSignal(fleet, dir);
  await fleet.start();
  for (const one of [fleet.relay, ...fleet.sites.flatMap(({ node, nats }) => [node, nats])]) if (one) keepRunning(one);
  const codes = await issueCodes(fleet);
  console.log(signInTable(fleet.sites, codes));
  if (options.lan) console.log(lanWords(fleet.sites));
  if (!janus) console.log(`\n${NO_CALLS}`);
  console.log(
    `\nReady after ${((performance.now() - begun) / 1000).toFixed(1)} s. Data and logs: ${dir}. Ctrl-C stops it.`,
  );
}

function readOptions(args: string[]): Options {
  try {
    const flag = { type: "boolean", default: false } as const;
    const { values } = parseArgs({ args, options: { alone: flag, fresh: flag, lan: flag, turn: flag, help: flag } });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    return values;
  } catch (error) {
    throw new CannotStart(`${(error as Error).message.split(". ")[0]}.\n\n${HELP}`);
  }
}

/** Two supervisors over one folder would end each other's processes. */
function refuseSecond(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, "supervisor.pid");
  if (!existsSync(path)) return;
  const [pid, started] = readFileSync(path, "utf8").trim().split(" ");
  if (Number(pid) !== process.pid && started && startTime(Number(pid)) === started)
    throw new CannotStart(`Beep already runs here (pid ${pid}). Stop it with Ctrl-C in its terminal, or: kill ${pid}`);
}

async function checkPorts({ sites, options }: Fleet): Promise<void> {
  for (const { ports, nats } of sites) {
    const inside = [ports.ops, ...(nats ? [ports.nats, ports.leaf] : [])];
    for (const [port, host] of [
      [ports.node, options.host] as const,
      ...inside.map((one) => [one, undefined] as const),
    ]) {
      if (await isFree(port, host)) continue;
      const holder = portHolder(port);
      throw new CannotStart(
        `Port ${port} is taken by another program${holder ? ` (${holder})` : ""}. Stop it and start again.`,
      );
    }
  }
}

/** The history is made once; a start that was broken off while making it begins anew. */
async function seedOnce(dir: string, fleet: Fleet): Promise<void> {
  const made = join(dir, "seeded");
  if (existsSync(made)) return;
  console.log("Making a small ministry with some days of history …");
  for (const { data } of fleet.sites) rmSync(data, { recursive: true, force: true });
  await seed(
    fleet.sites.map(({ code, data }) => ({ province: code, data })),
    Date.now(),
  );
  writeFileSync(made, `${new Date().toISOString()}\n`);
}

async function issueCodes({ sites }: Fleet): Promise<Map<Who, string>> {
  const codes = new Map<Who, string>();
  for (const { code, data } of sites) {
    const desk = await openDesk(data);
    const here = new Set((await desk.people("")).filter(({ province }) => province === code).map(({ id }) => id));
    for (const who of Object.keys(PEOPLE) as Who[])
      if (here.has(personId(who))) codes.set(who, await desk.code(personId(who), DAY_MS));
    await desk.close();
  }
  return codes;
}

/** A process that ends by itself is started again, ever more slowly. */
function keepRunning(one: FleetProcess): void {
  let pause = 500;
  one.onCrash = (code, signal) => {
    if (stopping) return;
    console.log(
      `${one.name} ended by itself (${signal ?? `exit ${code}`}); it is started again. Its log: ${one.plan.log}`,
    );
    setTimeout(() => stopping || one.launch(), pause);
    pause = Math.min(pause * 2, 30_000);
  };
}

/** Stops all of it in order, then ends. A second Ctrl-C does not wait. */
function stopOnSignal(fleet: Fleet, dir: string): void {
  const stop = async () => {
    if (stopping) {
      await Promise.all([fleet.relay?.kill(), ...fleet.sites.flatMap(({ node, nats }) => [node.kill(), nats?.kill()])]);
      process.exit(1);
    }
    stopping = true;
    console.log("\nStopping …");
    await fleet.stop();
    rmSync(join(dir, "supervisor.pid"), { force: true });
    console.log("Stopped. The data stays for the next start.");
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
}

function findTurnserver(): string {
  const path = Bun.which("turnserver");
  if (!path) throw new CannotStart("--turn needs coturn, which is not here: apt-get install coturn (as root).");
  return path;
}

function lanAddress(): string {
  const address = firstAddress();
  if (!address) throw new CannotStart("This machine has no network address besides its own loopback: --lan needs one.");
  return address;
}

const lanWords = (sites: readonly Site[]): string => `
Other devices reach these addresses, but their browsers give a page its cryptography, microphone and camera, offline
shell and notifications only over HTTPS. For a trial with Chrome on Android or a desktop, open
  chrome://flags/#unsafely-treat-insecure-origin-as-secure
and enter ${sites.map(({ url }) => url).join(",")}
For more than a trial, put a TLS proxy before each node, with a certificate of your own CA that the devices trust
(mkcert makes both), set BEEP_BEHIND_PROXY=1, and name the https addresses in fleet.json. A VPN does not replace this.`;

main().catch((error) => {
  if (stopping) return;
  const { code, message } = error as NodeJS.ErrnoException;
  const full = code === "ENOSPC" || code === "SQLITE_FULL";
  const words = error instanceof CannotStart ? message : `Beep did not start. ${message}`;
  console.error(`\n${full ? "The disk is full: make room and start again." : words}`);
  process.exit(1);
});
