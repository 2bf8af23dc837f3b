import { useEffect, useState } from "preact/hooks";
import type { Person, PostCard } from "#protocol/directory";
import type { Found, RoomItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { tell } from "../announce.tsx";
import { useModel } from "../app-context.ts";
import { PostRow } from "../post/row.tsx";
import { furnish, postWords } from "../post/words.ts";
import { reason } from "../reason.ts";
import { openRoom } from "../route.ts";
import { PersonRow } from "./person-row.tsx";

const NOTHING: Found = { people: [], posts: [] };

interface Props {
  text: string;
  /** conversations that the list shows for the same words */
  shown: RoomItem[];
  /** how many there are to show: the list says when nothing was found at all */
  onCount: (count: number) => void;
  onPick: () => void;
}

/** People and posts found in the directory for what is typed, without those whose conversation is shown already. */
function DirectoryFound({ text, shown, onCount, onPick }: Props) {
  const app = useModel();
  const [found, setFound] = useState(NOTHING);
  useEffect(() => {
    let wanted = true;
    const id = setTimeout(() => {
      app.search(text).then(
        (answer) => wanted && setFound(answer),
        () => wanted && setFound(NOTHING),
      );
    }, 180);
    return () => {
      wanted = false;
      clearTimeout(id);
    };
  }, [text]);
  const known = new Set(shown.map((room) => room.post ?? room.other));
  const me = app.me.value?.id;
  const people = found.people.filter(({ id }) => !known.has(id) && id !== me).slice(0, 8);
  const posts = found.posts.filter(({ post, holders }) => !known.has(post.id) && !isMine(holders, me)).slice(0, 8);
  const count = people.length + posts.length;
  useEffect(() => onCount(count), [count]);
  useEffect(() => () => onCount(0), []);

  const write = async (to: Person | PostCard) => {
    onPick();
    const common = { name: "", history: "all" } as const;
    try {
      await ("post" in to && "holders" in to
        ? app.createRoom({ ...common, kind: "post", members: [], posts: [to.post.id] }, openRoom)
        : app.createRoom({ ...common, kind: "direct", members: [to.id] }, openRoom));
    } catch (error) {
      tell(reason(error));
    }
  };
  return (
    <>
      {posts.length > 0 && <li class="heading">{postWords.value.posts}</li>}
      {posts.map((card) => (
        <li key={card.post.id}>
          <PostRow card={card} onPick={() => void write(card)} />
        </li>
      ))}
      {people.length > 0 && <li class="heading">{words.value.people}</li>}
      {people.map((person) => (
        <li key={person.id}>
          <PersonRow person={person} onPick={() => void write(person)} />
        </li>
      ))}
    </>
  );
}

/** One does not write to a post that oneself alone holds. */
const isMine = (holders: PostCard["holders"], me: string | undefined): boolean =>
  holders.length > 0 && holders.every(({ person }) => person.id === me);

/** The part with its words. */
export async function directoryFound() {
  await furnish();
  return DirectoryFound;
}
