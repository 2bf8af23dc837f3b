import { useEffect, useState } from "preact/hooks";
import type { Person, PostCard, PostId } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { AppModel, Found } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Icon } from "../icon.tsx";
import { told } from "../names.ts";
import { PostRow } from "../post/row.tsx";
import { postWords } from "../post/words.ts";
import { PeopleChoice, PeopleSearch } from "./people-choice.tsx";
import { sheetWords } from "./sheet-words.ts";
import { called } from "../who.ts";

interface Props {
  picked: Person[];
  /** people who cannot be picked: already there */
  without: ReadonlySet<PersonId>;
  onChange: (picked: Person[]) => void;
  single?: boolean;
  /** posts can be picked too: whoever holds them */
  posts?: { picked: PostCard[]; without: ReadonlySet<PostId>; onChange: (picked: PostCard[]) => void };
}

/** People of one's conversations, to begin with before anything is typed. */
function acquaintances(app: AppModel): Person[] {
  const ids = new Set(app.rooms.value.flatMap((room) => [room.other, room.preview?.sender]));
  return Array.from(ids, (id) => (id ? app.person(id).value : undefined)).filter(
    (person): person is Person => person !== undefined,
  );
}

/** Finds people by name, post or unit and holds those who are picked. */
export function Picker({ picked, without, onChange, single, posts }: Props) {
  const app = useModel();
  const w = words.value;
  const s = sheetWords.value;
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  useEffect(() => {
    let wanted = true;
    const id = setTimeout(
      () =>
        app.search(typed.trim()).then(
          (answer) => wanted && setFound(answer),
          () => wanted && setFound({ people: [], posts: [] }),
        ),
      typed ? 180 : 0,
    );
    return () => {
      wanted = false;
      clearTimeout(id);
    };
  }, [typed]);
  const known = typed ? [] : acquaintances(app);
  const ids = new Set(picked.map((person) => person.id));
  const shown = (found?.people.length ? found.people : known).filter(
    (person) => !without.has(person.id) && person.id !== app.me.value?.id,
  );
  const pickedPosts = posts?.picked ?? [];
  const shownPosts = found && posts ? found.posts.filter(({ post }) => !posts.without.has(post.id)) : [];
  const isPicked = (card: PostCard) => pickedPosts.some(({ post }) => post.id === card.post.id);
  const togglePost = (card: PostCard) => {
    if (isPicked(card)) posts?.onChange(pickedPosts.filter(({ post }) => post.id !== card.post.id));
    else posts?.onChange(single ? [card] : [...pickedPosts, card]);
  };
  const toggle = (person: Person) => {
    if (ids.has(person.id)) onChange(picked.filter((each) => each.id !== person.id));
    else onChange(single ? [person] : [...picked, person]);
  };
  return (
    <div class="picker">
      {!single && picked.length + pickedPosts.length > 0 && (
        <ul class="chips" aria-label={s.chosen(picked.length + pickedPosts.length)}>
          {pickedPosts.map((card) => (
            <li key={card.post.id}>
              <button type="button" onClick={() => togglePost(card)}>
                <bdi>{told(card.post.title)}</bdi>
                <span class="sr">{w.remove}</span>
                <Icon sign="close" />
              </button>
            </li>
          ))}
          {picked.map((person) => (
            <li key={person.id}>
              <button type="button" onClick={() => toggle(person)}>
                <bdi>{called(person)}</bdi>
                <span class="sr">{w.remove}</span>
                <Icon sign="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <PeopleSearch label={s.searchPeople} typed={typed} onTyped={setTyped} />
      {shownPosts.length > 0 && (
        <ul class="found" aria-label={postWords.value.posts}>
          {shownPosts.slice(0, 8).map((card) => (
            <li key={card.post.id}>
              <PostRow card={card} picked={isPicked(card)} onPick={() => togglePost(card)} />
            </li>
          ))}
        </ul>
      )}
      <PeopleChoice people={shown} isChosen={({ id }) => ids.has(id)} onToggle={toggle}>
        {found && shown.length + shownPosts.length === 0 && (
          <li class="hint">{typed ? w.nothingFoundHint : s.searchHint}</li>
        )}
      </PeopleChoice>
    </div>
  );
}
