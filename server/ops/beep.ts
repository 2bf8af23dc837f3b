#!/usr/bin/env bun
import { parseArgs } from "node:util";
import { isId, mintId } from "#protocol/ids";
import { AUDIT_OPTIONS, AUDIT_USAGE, auditCommand } from "./audit-command.ts";
import { type Desk, openDesk } from "./desk.ts";
import { OpsError } from "./error.ts";
import { backup, devicesOf, restore, verify } from "./folder.ts";
import { plan } from "./plan.ts";

const USAGE = `beep: what an operator does with a node. It works on the running node, or on its data folder.

  beep [--data FOLDER] status
  beep [--data FOLDER] person list [TEXT]
  beep [--data FOLDER] person add --name EN --name-ur UR --post EN --post-ur UR --unit EN --unit-ur UR
  beep [--data FOLDER] code PERSON [--hours N]     a one-time sign-in code; PERSON is an id, or words that find one person
  beep [--data FOLDER] device list PERSON          the person's devices: id, when it came in, what it calls itself
  beep [--data FOLDER] device revoke ID            shuts a lost device out, everywhere
  beep [--data FOLDER] backup INTO                 copies the data while the node runs, and reads the copy through
  beep [--data FOLDER] restore FROM                lays a backup into FOLDER, which must hold no data
  beep [--data FOLDER] verify                      reads all data through: damage, gaps, altered events
${AUDIT_USAGE}
  beep plan SITES INTO                             renders the whole fleet's settings from a list of its sites

FOLDER is $BEEP_DATA unless given.`;

const OPTIONS = {
  data: { type: "string" },
  hours: { type: "string" },
  name: { type: "string" },
  "name-ur": { type: "string" },
  post: { type: "string" },
  "post-ur": { type: "string" },
  unit: { type: "string" },
  "unit-ur": { type: "string" },
  ...AUDIT_OPTIONS,
  help: { type: "boolean" },
} as const;
type Values = Record<string, string | boolean | undefined>;

const HOUR_MS = 3600_000;

async function main(args: string[]): Promise<void> {
  // A backup holds what the node's own files hold: it is for this user alone.
  process.umask(0o077);
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [command = "", ...rest] = positionals;
  if (values.help || !command) return print(USAGE);
  if (command === "plan") return print(plan(named(rest[0], "lists the sites"), named(rest[1], "the settings go to")));
  const data = values.data ?? process.env.BEEP_DATA;
  if (command === "audit") return print(await auditCommand(data, rest, values));
  if (!data) throw new OpsError("Say which data folder is meant: --data FOLDER, or BEEP_DATA.");
  const onFolder = ON_FOLDER[command];
  if (onFolder) return print(onFolder(data, rest[0]));
  const work = COMMANDS[command];
  if (!work) throw new OpsError(`There is no command "${command}". Run "beep --help".`);
  const desk = await openDesk(data);
  try {
    await work(desk, rest, values, data);
  } finally {
    await desk.close();
  }
}

const ON_FOLDER: Record<string, (data: string, other: string | undefined) => string> = {
  backup: (data, into) => backup(data, named(into, "the backup goes to")),
  restore: (data, from) => restore(named(from, "the backup is in"), data),
  verify: (data) => verify(data),
};

function named(folder: string | undefined, what: string): string {
  if (!folder) throw new OpsError(`Say which file or folder ${what}.`);
  return folder;
}

const COMMANDS: Record<string, (desk: Desk, rest: string[], values: Values, data: string) => Promise<void>> = {
  async status(desk) {
    print(JSON.stringify(await desk.status(), null, 2));
  },

  async person(desk, [act, ...words], values) {
    if (act === "add") {
      const id = mintId(Date.now());
      const text = (name: string) => ({ en: required(values, name), ur: required(values, `${name}-ur`) });
      await desk.addPerson({ id, name: text("name"), post: text("post"), unit: text("unit") });
      print(id);
    } else if (act === "list") {
      for (const { id, province, name, post } of await desk.people(words.join(" ")))
        print(`${id}  ${province}  ${name.en} · ${name.ur}  (${post.en})`);
    } else throw new OpsError('Say "person list" or "person add".');
  },

  async code(desk, words, values) {
    const hours = Number(values.hours ?? 24);
    if (!(hours > 0)) throw new OpsError("--hours must be a number above 0.");
    const person = await onePerson(desk, words.join(" "));
    print(await desk.code(person, hours * HOUR_MS));
  },

  async device(desk, [act, ...words], _values, data) {
    if (act === "list") {
      for (const { id, label, revoked } of devicesOf(data, await onePerson(desk, words.join(" "))))
        print(`${id}  ${mintedAt(id)}  ${label}${revoked ? "  (shut out)" : ""}`);
      return;
    }
    const [id] = words;
    if (act !== "revoke" || !isId(id))
      throw new OpsError('Say "device list PERSON", or "device revoke ID" with the 32 digits of the device.');
    await desk.revoke(id);
    print(`Device ${id} is shut out.`);
  },
};

/** A device's id is a UUIDv7: its first 48 bits are the time at which it came in. */
const mintedAt = (id: string): string => new Date(Number.parseInt(id.slice(0, 12), 16)).toISOString().slice(0, 16);

async function onePerson(desk: Desk, words: string): Promise<string> {
  if (isId(words)) return words;
  if (!words) throw new OpsError("Say for whom: an id, or words that find one person.");
  const found = await desk.people(words);
  if (found.length === 1) return found[0]?.id as string;
  if (found.length === 0) throw new OpsError(`Nobody is found by "${words}".`);
  const list = found.map(({ id, name, post }) => `  ${id}  ${name.en} (${post.en})`).join("\n");
  throw new OpsError(`"${words}" finds ${found.length} people. Give the id of one:\n${list}`);
}

function required(values: Values, name: string): string {
  const value = values[name];
  if (typeof value !== "string" || !value) throw new OpsError(`A person needs --${name}.`);
  return value;
}

const print = (text: string): void => console.log(text);

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`beep: ${(error as Error).message}`);
  process.exit(1);
}
