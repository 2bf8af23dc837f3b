import { useEffect, useState } from "preact/hooks";
import type { Post, PostCard } from "#protocol/directory";
import { useModel } from "../../view/app-context.ts";
import { told } from "../../view/names.ts";
import { PeopleSearch } from "../../view/sheet/people-choice.tsx";
import { usePages } from "../asked.ts";
import { deskOf } from "../desk.ts";
import { Choice } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { address, place, visit } from "../place.ts";
import { Proposal } from "../proposal.tsx";
import { Empty, More, Pending, Screen } from "../screen.tsx";
import { may } from "../sections.ts";
import { Sheet } from "../sheet.tsx";
import { PostForm } from "./post-form.tsx";
import { unitChoices, useUnits } from "./tree.ts";
import { called } from "../../view/who.ts";

function PostRow(props: { card: PostCard; onEdit: (() => void) | null; onClose: () => void }) {
  const { card, onEdit, onClose } = props;
  const w = adminWords.value;
  const { post, holders } = card;
  return (
    <li>
      <bdi class="name">{told(post.title)}</bdi> {post.grade && <span class="quiet">BPS-{post.grade}</span>}{" "}
      {post.closed ? (
        <span class="badge">{w.closed}</span>
      ) : (
        holders.length === 0 && <span class="badge bad">{w.vacant}</span>
      )}
      <p class="hint">
        <bdi>{told(card.unit)}</bdi>
      </p>
      {holders.map(({ person, kind }) => (
        <p key={person.id}>
          <a href={address("people", person.id)}>
            <bdi>{called(person)}</bdi>
          </a>{" "}
          <span class="quiet">{w.charges[kind]}</span>
        </p>
      ))}
      {onEdit && !post.closed && (
        <div class="admin-actions">
          <button type="button" class="link" onClick={onEdit}>
            {w.edit}
          </button>
          <button type="button" class="link" onClick={onClose}>
            {w.closePost}
          </button>
        </div>
      )}
    </li>
  );
}

/** Posts with who holds them; vacant ones say so. */
export function Posts() {
  const app = useModel();
  const w = adminWords.value;
  const { units, unit: unitOf } = useUnits();
  const unit = place.value.rest[0] ?? "";
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  const [form, setForm] = useState<{ post?: Post } | null>(null);
  const [closing, setClosing] = useState<Post | null>(null);
  useEffect(() => {
    const id = setTimeout(() => setText(typed.trim()), 250);
    return () => clearTimeout(id);
  }, [typed]);
  const find = { ask: "posts" as const, ...(text && { text }), ...(unit && { unit }), limit: 50 };
  const pages = usePages(JSON.stringify(find), async (after) => {
    const page = await deskOf(app).ask({ ...find, ...(after !== undefined && { after: String(after) }) });
    return { items: page.posts, next: page.next };
  });
  const can = may(app.roles.value, "put-office");
  return (
    <Screen
      title={w.sections.posts}
      tools={
        can && (
          <button type="button" class="primary" onClick={() => setForm({})}>
            {w.addPost}
          </button>
        )
      }
    >
      <div class="admin-filters">
        <PeopleSearch label={w.findPosts} typed={typed} onTyped={setTyped} />
        <Choice
          label={w.unit}
          value={unit}
          choices={[["", w.allUnits], ...unitChoices(units, unit)]}
          onChange={(id) => (id ? visit("posts", id) : visit("posts"))}
        />
      </div>
      <Pending asked={pages} />
      {pages.data?.length === 0 && (
        <Empty text={w.noPosts} hint={unit ? w.noPostsIn(told(unitOf(unit)?.name)) : w.noPostsHint} />
      )}
      <ul class="admin-rows">
        {(pages.data ?? []).map((card) => (
          <PostRow
            key={card.post.id}
            card={card}
            onEdit={can ? () => setForm({ post: card.post }) : null}
            onClose={() => setClosing(card.post)}
          />
        ))}
      </ul>
      <More pages={pages} />
      {form && (
        <Sheet title={form.post ? w.editPost : w.addPost} onClose={() => setForm(null)}>
          <PostForm post={form.post} unit={unit} units={units} onClose={() => setForm(null)} />
        </Sheet>
      )}
      {closing && (
        <Proposal
          title={w.closePost}
          acts={[{ do: "put", entries: [{ post: { ...closing, closed: true } }] }]}
          danger
          onClose={() => setClosing(null)}
        />
      )}
    </Screen>
  );
}
