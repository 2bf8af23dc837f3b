import type { PostCard } from "#protocol/directory";
import type { RoomItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { told } from "../names.ts";
import { furnish, postWords } from "./words.ts";

/** Who holds a post now, and how: "Imran Waraich, acting". Nothing until the card is here. */
export function Holders({ card }: { card: PostCard | undefined }) {
  const { comma } = words.value;
  const { how, vacant } = postWords.value;
  if (!card) return null;
  if (card.holders.length === 0) return <em>{vacant}</em>;
  return (
    <>
      {card.holders.map(({ person, kind }, at) => (
        <span key={person.id}>
          {at > 0 && " · "}
          <bdi>{told(person.name)}</bdi>
          {how[kind] && `${comma}${how[kind]}`}
        </span>
      ))}
    </>
  );
}

/** The other half of a conversation with a post: who holds it; for its holder, that it came to the post. */
export function PostLine({ room }: { room: RoomItem }) {
  const app = useModel();
  const p = postWords.value;
  const card = room.post ? app.post(room.post).value : undefined;
  return (
    <span class="quiet cut">
      {room.writer ? card && <bdi>{p.writesTo(told(card.post.title))}</bdi> : <Holders card={card} />}
    </span>
  );
}

/** The part with its words. */
export async function postLine() {
  await furnish();
  return PostLine;
}
