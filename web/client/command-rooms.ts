import type { RoomKind } from "#protocol/room";
import type { Options } from "./command-options.ts";
import { CommandError } from "./command-error.ts";
import { findPerson, findPost, findRoom, refresh } from "./command-find.ts";
import type { HeadlessClient } from "./index.ts";

async function online(client: HeadlessClient, waitMs: number): Promise<void> {
  if (!(await refresh(client, waitMs))) throw new CommandError("No node can be reached. Try again later.");
}

export async function people(client: HeadlessClient, { words, json, waitMs }: Options): Promise<void> {
  await online(client, waitMs);
  const found = await client.search(words.join(" "));
  for (const person of found.people)
    console.log(
      json ? JSON.stringify(person) : [person.id, person.province, person.name.en, person.post.en].join("  "),
    );
  for (const card of found.posts) {
    const held = card.holders.map(({ person, kind }) =>
      kind === "regular" ? person.name.en : `${person.name.en}, ${kind}`,
    );
    const { id, province, title } = card.post;
    console.log(json ? JSON.stringify(card) : [id, province, title.en, held.join(" · ") || "vacant"].join("  "));
  }
}

export async function create(client: HeadlessClient, options: Options): Promise<void> {
  const { words, kind, json } = options;
  const name = words.join(" ");
  if (!["group", "channel", "direct", "post"].includes(kind))
    throw new CommandError(`There is no kind of room "${kind}".`, 2);
  if (!name && kind !== "direct" && kind !== "post") throw new CommandError("The room needs a name.", 2);
  await online(client, options.waitMs);
  const toPost = kind === "post";
  const members = toPost ? [] : await Promise.all(options.with.map((word) => findPerson(client, word)));
  const posts = toPost ? [await findPost(client, options.with.join(" "))] : [];
  const room = await client.createRoom({ kind: kind as RoomKind, name, history: "all", members, posts });
  console.log(json ? JSON.stringify({ room }) : room);
}

export async function add(client: HeadlessClient, { words, waitMs }: Options): Promise<void> {
  const [word, ...names] = words;
  if (!names.length) throw new CommandError("Who is to be added? scripts/client add ROOM PERSON …", 2);
  await online(client, waitMs);
  const room = findRoom(client, word);
  const members = await Promise.all(names.map((name) => findPerson(client, name)));
  await client.change(room.id, { op: "add", members });
  const { waitingFor } = client.rooms.peek().find(({ id }) => id === room.id) ?? { waitingFor: null };
  if (waitingFor) console.error(`The change waits for ${waitingFor}.`);
}
