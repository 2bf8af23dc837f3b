import type { EventId } from "#protocol/ids";
import { isBlank, lettersOver } from "../model/written.ts";
import type { Options } from "./command-options.ts";
import { CommandError } from "./command-error.ts";
import { findRoom, refresh, roomName } from "./command-find.ts";
import type { HeadlessClient } from "./index.ts";

export async function rooms(client: HeadlessClient, { json, waitMs }: Options): Promise<void> {
  if (!(await refresh(client, waitMs))) console.error("No node can be reached: this is what is kept here.");
  for (const room of client.rooms.peek()) {
    const name = roomName(client, room);
    if (json) console.log(JSON.stringify({ ...room, name }));
    else console.log([room.id, room.kind.padEnd(7), String(room.unread).padStart(3), name].join("  "));
  }
}

export async function send(client: HeadlessClient, { words, json, waitMs }: Options): Promise<void> {
  const [word, ...text] = words;
  if (!text.length)
    throw new CommandError('What is to be sent? scripts/client send ROOM TEXT, or "-" for the input.', 2);
  // A room that is known here takes messages at once, whether or not a node can be reached.
  if (client.rooms.peek().length === 0) await refresh(client, waitMs);
  const room = await known(client, word, waitMs);
  const texts =
    text.length === 1 && text[0] === "-" ? (await Bun.stdin.text()).split("\n").filter(Boolean) : [text.join(" ")];
  for (const each of texts) {
    if (isBlank(each)) throw new CommandError("There is nothing to be seen in this message: nothing was sent.", 2);
    const over = lettersOver(each);
    if (over > 0)
      throw new CommandError(
        `“${each.slice(0, 20)}…” is about ${over} letters too long: nothing was sent. Divide it.`,
        2,
      );
  }
  const ids = client.sendMany(room.id, texts);
  await client.flush();
  const refusals = await delivered(client, room.id, ids, waitMs);
  for (const id of ids) if (json) console.log(JSON.stringify({ id, room: room.id, refusal: refusals.get(id) ?? null }));
  if (refusals.size > 0) throw new CommandError([...new Set(refusals.values())].join(" "));
}

async function known(client: HeadlessClient, word: string | undefined, waitMs: number) {
  try {
    return findRoom(client, word);
  } catch {
    await refresh(client, waitMs);
    return findRoom(client, word);
  }
}

/** Waits until a node has answered for all of them; the refused ones with their words. */
async function delivered(
  client: HeadlessClient,
  room: string,
  ids: EventId[],
  waitMs: number,
): Promise<Map<EventId, string>> {
  const timeline = client.open(room);
  const until = Date.now() + waitMs;
  for (;;) {
    const waiting = ids.filter((id) =>
      timeline.items.peek().some((item) => item.id === id && item.stage === "waiting"),
    );
    if (!waiting.length) break;
    if (Date.now() > until) {
      throw new CommandError(
        `${waiting.length} of ${ids.length} messages wait here and go out with the next command.`,
        3,
      );
    }
    await Bun.sleep(20);
  }
  const refused = timeline.items.peek().filter(({ id, stage }) => stage === "refused" && ids.includes(id));
  timeline.close();
  for (const { id } of refused) await client.discard(id);
  return new Map(refused.map(({ id, refusal }) => [id, refusal ?? "The message was refused."]));
}

export async function sync(client: HeadlessClient, { json, waitMs }: Options): Promise<void> {
  try {
    await client.settled(waitMs);
  } catch (error) {
    throw new CommandError((error as Error).message, 3);
  }
  const rooms = client.rooms.peek().length;
  console.log(json ? JSON.stringify({ current: true, outbox: 0, rooms }) : `Current: ${rooms} rooms, nothing waits.`);
}
