import type { PostCard } from "#protocol/directory";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { told } from "../names.ts";
import { provinceName } from "../who.ts";
import { Holders } from "./holders.tsx";

/** A post to pick: its title, and beneath it who holds it. */
export function PostRow(props: { card: PostCard; onPick: () => void; picked?: boolean }) {
  const app = useModel();
  const { post } = props.card;
  return (
    <button type="button" class="row" aria-pressed={props.picked} onClick={props.onPick}>
      <Avatar id={post.id} name={told(post.title)} kind="post" />
      <span class="lines">
        <bdi class="name">{told(post.title)}</bdi>
        <span class="quiet cut">
          <Holders card={props.card} /> · {provinceName(app, post.province)}
        </span>
      </span>
    </button>
  );
}
