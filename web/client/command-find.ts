import type { Person, PostCard, PostId } from "#protocol/directory";
import { isId, type PersonId } from "#protocol/ids";
import type { RoomItem } from "../model/contract.ts";
import { CommandError } from "./command-error.ts";
import type { HeadlessClient } from "./index.ts";

/** The room's name; of a direct room the other person's; the post's, or for its holder that of who writes to it. */
export function roomName(client: HeadlessClient, room: RoomItem): string {
  const who = room.writer ?? (room.post ? null : room.other);
  const name = who
    ? client.person(who).peek()?.name
    : room.post
      ? client.post(room.post).peek()?.post.title
      : undefined;
  return room.name || name?.en || room.id;
}

/** Brings the client up to date, or says that what follows is from the cache. */
export async function refresh(client: HeadlessClient, waitMs: number): Promise<boolean> {
  const until = Date.now() + waitMs;
  const current = () => {
    const link = client.connection.peek();
    return link.state === "online" && link.current;
  };
  while (!current() && Date.now() < until && client.phase.peek() === "ready") await Bun.sleep(20);
  if (client.phase.peek() === "sign-in") throw new CommandError(client.notice.peek()?.text ?? "Sign in again.");
  await named(client);
  return current();
}

/** Names of direct rooms are people's: waits a moment for cards that are asked for. */
async function named(client: HeadlessClient): Promise<void> {
  const cards = client.rooms.peek().flatMap(({ name, other, post, writer }) => {
    const who = writer ?? other;
    const of = post && !writer ? client.post(post) : who && client.person(who);
    return name || !of ? [] : [of];
  });
  const until = Date.now() + 2000;
  while (cards.some((card) => !card.peek()) && Date.now() < until) await Bun.sleep(20);
}

export function findRoom(client: HeadlessClient, word: string | undefined): RoomItem {
  if (!word) throw new CommandError("Which room? Give its id or the beginning of its name.", 2);
  const rooms = client.rooms.peek();
  const start = word.toLowerCase();
  const found = rooms.filter((room) => room.id === word || roomName(client, room).toLowerCase().startsWith(start));
  const exact = found.filter((room) => room.id === word || roomName(client, room).toLowerCase() === start);
  const [room, ...others] = exact.length === 1 ? exact : found;
  if (!room) throw new CommandError(`There is no room "${word}".`);
  if (others.length > 0)
    throw new CommandError(
      `"${word}" may be ${found.map((other) => `${roomName(client, other)} (${other.id})`).join(" or ")}.`,
    );
  return room;
}

export async function findPerson(client: HeadlessClient, word: string): Promise<PersonId> {
  if ((isId as (value: unknown) => boolean)(word)) return word;
  const found: Person[] = await client.find(word);
  const exact = found.filter(({ name }) => name.en.toLowerCase() === word.toLowerCase() || name.ur === word);
  const [person, ...others] = exact.length === 1 ? exact : found;
  if (!person) throw new CommandError(`The directory knows nobody by "${word}".`);
  if (others.length > 0)
    throw new CommandError(`"${word}" may be ${found.map(({ name, id }) => `${name.en} (${id})`).join(" or ")}.`);
  return person.id;
}

export async function findPost(client: HeadlessClient, word: string): Promise<PostId> {
  const { posts } = await client.search(word);
  const title = ({ post }: PostCard) => post.title;
  const exact = posts.filter((card) => title(card).en.toLowerCase() === word.toLowerCase() || title(card).ur === word);
  const [card, ...others] = exact.length === 1 ? exact : posts;
  if (!card) throw new CommandError(`The directory knows no post by "${word}".`);
  if (others.length > 0)
    throw new CommandError(`"${word}" may be ${posts.map((each) => title(each).en).join(" or ")}.`);
  return card.post.id;
}
