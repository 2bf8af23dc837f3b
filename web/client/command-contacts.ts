import type { ContactAct, ContactRequest } from "#protocol/contact";
import type { SelfAnswer } from "#protocol/self";
import { CommandError } from "./command-error.ts";
import { refresh } from "./command-find.ts";
import type { Options } from "./command-options.ts";
import type { HeadlessClient } from "./index.ts";

async function ask(client: HeadlessClient, act: ContactAct): Promise<SelfAnswer> {
  const said = await client.request({ t: "self", act });
  if (!("t" in said) || said.t !== "self") throw new CommandError("The node gave no answer. Try again later.");
  return said.answer;
}

async function all(client: HeadlessClient, waitMs: number): Promise<ContactRequest[]> {
  if (!(await refresh(client, waitMs))) throw new CommandError("No node can be reached. Try again later.");
  const found: ContactRequest[] = [];
  for (let before: number | undefined; ; before = found.at(-1)?.at) {
    const answer = await ask(client, { do: "contacts", ...(before !== undefined && { before }) });
    if (answer.answer !== "contacts") return found;
    found.push(...answer.contacts);
    if (!answer.more) return found;
  }
}

/** Lists the rooms that wait to be accepted. */
export async function requests(client: HeadlessClient, { json, waitMs }: Options): Promise<void> {
  for (const request of await all(client, waitMs)) {
    const { room, kind, by, name } = request;
    console.log(json ? JSON.stringify(request) : [room, kind, by ?? "unknown", name].join("  "));
  }
}

/** Takes rooms by their ids, or all that wait. */
export async function accept(client: HeadlessClient, { words, waitMs }: Options): Promise<void> {
  if (words.length === 0) throw new CommandError("Which one? scripts/client accept ROOM … | all", 2);
  const waiting = await all(client, waitMs);
  const wanted = words[0] === "all" ? waiting.map(({ room }) => room) : words;
  for (const room of wanted) await ask(client, { do: "accept", room });
}
