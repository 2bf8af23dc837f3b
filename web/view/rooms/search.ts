import type { AppModel, RoomItem } from "../../model/contract.ts";
import { plain } from "../names.ts";

export type Filter = "all" | "unread" | Exclude<RoomItem["kind"], "post">;

/** Whether a conversation is shown: by its kind, and by its name, or the other person's name, post or unit, in both languages. */
export function matches(app: Pick<AppModel, "person">, room: RoomItem, text: string, filter: Filter): boolean {
  if (filter === "unread" ? room.unread === 0 : filter !== "all" && room.kind !== filter) return false;
  if (!text) return true;
  const other = room.other ? app.person(room.other).value : undefined;
  const texts = other ? [other.name, other.post, other.unit].flatMap((each) => [each.en, each.ur]) : [room.name];
  return texts.some((each) => plain(each).includes(text));
}
