import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CommandError } from "./command-error.ts";
import { accept, requests } from "./command-contacts.ts";
import type { Options } from "./command-options.ts";
import { add, create, people } from "./command-rooms.ts";
import { rooms, send, sync } from "./command-send.ts";
import { tail } from "./command-tail.ts";
import { type HeadlessClient, openClient } from "./index.ts";

const HELP = `Beep without a face: reads and writes messages from a terminal or a script.

  scripts/client sign-in --node URL --code CODE     makes this folder a device of the code's person
  scripts/client rooms                              lists the rooms, newest first
  scripts/client send ROOM TEXT                     sends a message; "-" sends each line of the input
  scripts/client tail [ROOM]                        prints messages as JSON lines, again when their stages change
  scripts/client sync                               ends when all is fetched and the outbox is empty
  scripts/client people TEXT                        searches the directory
  scripts/client create NAME --with PERSON …        makes a group (--kind channel|direct|post for another kind)
  scripts/client add ROOM PERSON …                  adds people to a room
  scripts/client requests                           lists rooms that strangers began, until they are accepted
  scripts/client accept ROOM … | all                accepts them, by their ids
  scripts/client sign-out                           forgets the device and all that is kept

ROOM is an id or the unambiguous beginning of a name; PERSON an id or words that find one person.
  --home DIR     where key, cache and outbox are kept (~/.beep); one process at a time
  --node URL     the node to sign in at
  --wait S       how long to wait for the nodes (30 seconds)
  --lines N      how many earlier messages tail prints (10)
  --no-follow    tail ends after those
  --json         JSON where the answer is words otherwise`;

type Command = (client: HeadlessClient, options: Options) => Promise<void>;
const commands: Record<string, Command> = { rooms, send, tail, sync, people, create, add, requests, accept };

/** Runs one command; answers the exit code. 2: wrong words, 3: not done yet but kept. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await run(args);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof CommandError ? error.exit : 1;
  }
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = read(args);
  const [name, ...words] = positionals;
  if (values.help || !name) return console.log(HELP);
  const home = values.home;
  const waitMs = Number(values.wait) * 1000;
  const lines = Number(values.lines);
  if (!(waitMs >= 0) || !(lines >= 0)) throw new CommandError("--wait and --lines need a number.", 2);
  if (name !== "sign-in" && name !== "sign-out" && !commands[name])
    throw new CommandError(`There is no command "${name}". Try scripts/client --help.`, 2);
  const { node, code } = values;
  if (name === "sign-in" && !(node && code)) throw new CommandError("sign-in needs --node URL and --code CODE.", 2);
  const client = await openHome(home, name === "sign-in" ? { node, code } : {});
  try {
    if (name === "sign-in") return console.log(await signedIn(client, waitMs, values.json));
    if (name === "sign-out") return await client.signOut();
    if (client.phase.peek() === "sign-in")
      throw new CommandError(`Nobody is signed in at ${home}. Use scripts/client sign-in first.`);
    const { json, kind, with: others } = values;
    await (commands[name] as Command)(client, {
      words,
      json,
      waitMs,
      lines,
      kind,
      with: others,
      follow: !values["no-follow"],
    });
  } finally {
    await client.close();
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        home: { type: "string", default: join(homedir(), ".beep") },
        node: { type: "string" },
        code: { type: "string" },
        wait: { type: "string", default: "30" },
        lines: { type: "string", default: "10" },
        "no-follow": { type: "boolean", default: false },
        kind: { type: "string", default: "group" },
        with: { type: "string", multiple: true, default: [] },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new CommandError(`${(error as Error).message} Try scripts/client --help.`, 2);
  }
}

async function openHome(home: string, sign: { node?: string; code?: string }): Promise<HeadlessClient> {
  try {
    const node = sign.node?.replace(/\/+$/, "");
    return await openClient({
      home,
      ...(node && { node }),
      ...(sign.code && { code: sign.code }),
      label: "command line",
    });
  } catch (error) {
    if (/locked|busy/i.test((error as Error).message))
      throw new CommandError(`${home} is in use by another beep client. Stop that one, or use another --home.`);
    throw error;
  }
}

async function signedIn(client: HeadlessClient, waitMs: number, json: boolean): Promise<string> {
  await client.settled(waitMs);
  const me = client.me.peek();
  if (json) return JSON.stringify(me);
  return `Signed in as ${me?.name.en}, ${me?.post.en}. ${client.rooms.peek().length} rooms.`;
}
