import type { Member } from "#protocol/room";
import type { RoomItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { told } from "../names.ts";
import { postWords } from "../post/words.ts";
import { useChange } from "./ask.ts";

/** Posts that have a place in the room while nobody sits there for them. */
export function VacantPlaces({ room, members, manage }: { room: RoomItem; members: Member[]; manage: boolean }) {
  const app = useModel();
  const ask = useChange(room);
  const vacant = room.places.filter((post) => !members.some((member) => member.post === post));
  if (vacant.length === 0) return null;
  return (
    <ul class="found">
      {vacant.map((post) => {
        const title = told(app.post(post).value?.post.title) || "…";
        return (
          <li key={post} class="row">
            <Avatar id={post} name={title} kind="post" />
            <span class="lines">
              <bdi class="name">{title}</bdi>
              <em class="quiet cut">{postWords.value.vacant}</em>
            </span>
            {manage && (
              <button
                type="button"
                class="secondary"
                onClick={() => void ask({ op: "remove", members: [], posts: [post] })}
              >
                {words.value.remove}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
