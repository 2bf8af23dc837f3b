import type { PostId } from "#protocol/directory";
import type { PersonId, Province } from "#protocol/ids";
import type { Member, PostPlace } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import type { Now } from "./clock.ts";
import type { Store } from "./ports.ts";

/** Who holds charge of a post now, the regular holder first; undefined where there is no such post (any more). */
export type HoldersOf = (post: PostId) => readonly PersonId[] | undefined;

/** As this node's directory has it. */
export const holdersIn =
  (store: Store, now: Now): HoldersOf =>
  (id) => {
    const { offices } = store.tables;
    const post = offices.post(id);
    if (!post || post.closed) return undefined;
    return [...new Set(offices.holders(id, now()).map(({ person }) => person))];
  };

/**
 * What must change so that the posts' places are held by those who hold charge now. A person who is a member by name
 * stays so; one who holds several of the posts has one place, the one they have already where they still hold it.
 */
export function takePlaces(
  members: ReadonlyMap<PersonId, Member>,
  places: readonly PostPlace[],
  holdersOf: HoldersOf,
  provinceOf: (person: PersonId) => Province | undefined,
  stamp: Stamp,
): { members: Member[]; removed: PersonId[] } {
  const due = new Map<PersonId, PostPlace>();
  for (const place of places)
    for (const person of holdersOf(place.post) ?? []) {
      const present = members.get(person);
      if (present && present.post === undefined) continue;
      if (!due.has(person) || present?.post === place.post) due.set(person, place);
    }
  const taken: Member[] = [];
  for (const [person, { post, role }] of due) {
    const present = members.get(person);
    const province = provinceOf(person);
    if (!province || (present?.post === post && present.role === role)) continue;
    taken.push({ person, province, role, since: present?.since ?? stamp, post });
  }
  const gone = [...members.values()].filter((member) => member.post !== undefined && !due.has(member.person));
  return { members: taken, removed: gone.map(({ person }) => person) };
}
