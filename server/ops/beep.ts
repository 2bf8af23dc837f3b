#!/usr/bin/env bun
import { parseArgs } from "node:util";
import { AUDIT_USAGE, auditCommand } from "./audit-command.ts";
import { type Command, Out, plain } from "./command.ts";
import { openDesk } from "./desk.ts";
import { code, DEVICE_USAGE, device, invitation, invite, session, ways } from "./device-commands.ts";
import { OpsError } from "./error.ts";
import { backup, restore, verify } from "./folder.ts";
import { charge, OFFICE_USAGE, post, unit } from "./office-commands.ts";
import { OPTIONS } from "./options.ts";
import { PEOPLE_USAGE, person } from "./people-commands.ts";
import { plan } from "./plan.ts";
import { admin, grant, order, ROLE_USAGE, token } from "./role-commands.ts";
import { WAVE_USAGE, wave } from "./wave-commands.ts";

const USAGE = `beep: what an operator does with a node. It works on the running node, or on its data folder.

  beep [--data FOLDER] status
${PEOPLE_USAGE}
${DEVICE_USAGE}
${OFFICE_USAGE}
${WAVE_USAGE}
${ROLE_USAGE}
  beep [--data FOLDER] backup INTO                 copies the data while the node runs, and reads the copy through
  beep [--data FOLDER] restore FROM                lays a backup into FOLDER, which must hold no data
  beep [--data FOLDER] verify                      reads all data through: damage, gaps, altered events
${AUDIT_USAGE}
  beep plan SITES INTO                             renders the whole fleet's settings from a list of its sites

FOLDER is $BEEP_DATA unless given. UNIT, POST and PERSON are ids, or words that find one. DATE is 2026-11-22 (midnight in
Pakistan) or ISO 8601. What other provinces must hear of needs the running node; the rest works on the folder too.

--json prints for scripts: a list as one array, an act as one object. Things have the shapes of server/protocol: people,
units, posts (cards), charges, waves (status), grants ({grant, person}), devices, sessions, tokens, orders, invitations;
an act answers what it made ({person}, {unit}, {grant}, {token} …). A mistake is one sentence on stderr, and ends with 1.
All that is done, and who of the machine's users did it, is in the audit log.`;

async function main(args: string[]): Promise<void> {
  // A backup holds what the node's own files hold: it is for this user alone.
  process.umask(0o077);
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [command = "", ...words] = positionals;
  if (values.help || !command) return print(USAGE);
  if (command === "plan") return print(plan(named(words[0], "lists the sites"), named(words[1], "the settings go to")));
  const data = values.data ?? process.env.BEEP_DATA;
  if (command === "audit") return print(await auditCommand(data, words, values));
  if (!data) throw new OpsError("Say which data folder is meant: --data FOLDER, or BEEP_DATA.");
  const onFolder = Object.hasOwn(ON_FOLDER, command) ? ON_FOLDER[command] : undefined;
  if (onFolder) return print(onFolder(data, words[0]));
  const work = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!work) throw new OpsError(`There is no command "${command}". Run "beep --help".`);
  const desk = await openDesk(data);
  try {
    await work({ desk, words, values, out: new Out(values.json === true) });
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

const status: Command = async ({ desk }) => print(JSON.stringify(await desk.status(), null, 2));

const COMMANDS: Record<string, Command> = {
  ...{ status, person, code, invite, invitation, device, session, ways },
  ...{ unit, post, charge, wave, admin, grant, token, order },
};

const print = (text: string): void => console.log(plain(text));

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`beep: ${(error as Error).message}`);
  process.exit(1);
}
