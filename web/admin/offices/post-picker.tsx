import { useEffect, useState } from "preact/hooks";
import type { PostCard } from "#protocol/directory";
import { useModel } from "../../view/app-context.ts";
import { told } from "../../view/names.ts";
import { PeopleSearch } from "../../view/sheet/people-choice.tsx";
import { deskOf } from "../desk.ts";
import { adminWords } from "../furnish.ts";

/** One post, found by its title; each says who holds it now. */
export function PostPicker({ value, onChange }: { value: string; onChange: (post: string) => void }) {
  const app = useModel();
  const w = adminWords.value;
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<PostCard[]>([]);
  const chosen = found.find(({ post }) => post.id === value);
  useEffect(() => {
    let wanted = true;
    const text = typed.trim();
    const id = setTimeout(() => {
      deskOf(app)
        .ask({ ask: "posts", ...(text && { text }), limit: 12 })
        .then(
          ({ posts }) => wanted && setFound(posts.filter(({ post }) => !post.closed)),
          () => wanted && setFound([]),
        );
    }, 200);
    return () => {
      wanted = false;
      clearTimeout(id);
    };
  }, [typed]);
  return (
    <fieldset class="admin-picker">
      <legend class="label">{w.post}</legend>
      {chosen ? (
        <p class="admin-picked">
          <bdi class="name">{told(chosen.post.title)}</bdi> <bdi class="quiet">{told(chosen.unit)}</bdi>
          <button type="button" class="link" onClick={() => onChange("")}>
            {w.pickAnother}
          </button>
        </p>
      ) : (
        <>
          <PeopleSearch label={w.findPosts} typed={typed} onTyped={setTyped} />
          <ul class="found">
            {found.map(({ post, unit, holders }) => (
              <li key={post.id}>
                <button type="button" class="row" onClick={() => onChange(post.id)}>
                  <span class="lines">
                    <span class="line">
                      <bdi class="name">{told(post.title)}</bdi>
                      {holders.length === 0 && <span class="badge bad">{w.vacant}</span>}
                    </span>
                    <span class="quiet cut">
                      <bdi>{[told(unit), ...holders.map(({ person }) => told(person.name))].join(" · ")}</bdi>
                    </span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </fieldset>
  );
}
