import type { AppModel, RoomItem } from "../../model/contract.ts";
import { plain } from "../names.ts";

export type Filter = "all" | "unread" | Exclude<RoomItem["kind"], "post">;

/** Whether a conversation is shown: by its kind, and by its name, the post, or the other person's name, post or unit, in both languages. */
export function matches(app: Pick<AppModel, "person" | "post">, room: RoomItem, text: string, filter: Filter): boolean {
  const kind = room.post ? "direct" : room.kind;
  if (filter === "unread" ? room.unread === 0 : filter !== "all" && kind !== filter) return false;
  if (!text) return true;
  const who = room.writer || room.other;
  const person = who && app.person(who).value;
  const card = room.post && app.post(room.post).value;
  const texts = person ? [person.name, person.post, person.unit] : [];
  if (card) texts.push(card.post.title, card.unit);
  return [room.name, ...texts.flatMap((each) => [each.en, each.ur])].some((each) => plain(each).includes(text));
}
