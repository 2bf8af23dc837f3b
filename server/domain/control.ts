import type { PostId } from "#protocol/directory";
import type { PersonId, Province } from "#protocol/ids";
import type { ControlBody, ControlOp, ControlRequest, Member, PostPlace, Role } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import { AppError } from "./error.ts";
import { type HoldersOf, takePlaces } from "./places.ts";
import type { Room } from "./ports.ts";

/** People that one control event may name, so that its body stays within its bound. */
export const MAX_NAMED = 150;
export const MAX_MEMBERS = 10_000;
const MAX_NAME = 100;
export const MAX_POSTS = 50;

type ProvinceOf = (person: PersonId) => Province | undefined;

/**
 * What a control request makes of a room: the body of the event that says so. Pure; changes nothing.
 * @throws AppError fix, forbidden or conflict
 */
export function decide(
  room: Room | undefined,
  request: ControlRequest,
  home: Province,
  stamp: Stamp,
  provinceOf: ProvinceOf,
  holdersOf: HoldersOf,
): ControlBody {
  const { change, person } = request;
  if (change.op === "create") return create(room, change, person, home, stamp, provinceOf, holdersOf);
  const self = room?.members.get(person);
  if (!room || !self) throw new AppError("forbidden", "You are not a member of this room.");
  if (room.kind === "direct" || room.kind === "post")
    throw new AppError("fix", "A conversation of two stays as it is. Begin a group instead.");
  const leaving = isLeaving(change, person);
  if (self.role !== "owner" && !leaving) throw new AppError("forbidden", "Only an owner may change this room.");
  if (request.expect !== room.cseq)
    throw new AppError("conflict", "Somebody changed the room meanwhile. Look at it again, then decide.");
  const body = changed(room, change, person, stamp, provinceOf, holdersOf);
  const owners = new Set([...room.members.values()].filter((m) => m.role === "owner").map((m) => m.person));
  for (const m of body.members) m.role === "owner" ? owners.add(m.person) : owners.delete(m.person);
  for (const gone of body.removed) owners.delete(gone);
  const left = room.members.size + body.members.filter((m) => !room.members.has(m.person)).length - body.removed.length;
  // Whoever takes charge of a post in an owner's place will be one.
  const awaited = body.room.posts?.some(({ role }) => role === "owner") ?? false;
  if (owners.size === 0 && left > 0 && !awaited) throw new AppError("fix", "Make somebody else an owner first.");
  return body;
}

const isLeaving = (change: ControlOp, person: PersonId): boolean =>
  change.op === "remove" && !change.posts?.length && change.members.length === 1 && change.members[0] === person;

function changed(
  room: Room,
  change: Exclude<ControlOp, { op: "create" }>,
  by: PersonId,
  stamp: Stamp,
  provinceOf: ProvinceOf,
  holdersOf: HoldersOf,
): ControlBody {
  const { kind, name, home, history } = room;
  let posts = room.posts ?? [];
  const members = new Map(room.members);
  const body: ControlBody = {
    change,
    cseq: room.cseq + 1,
    by,
    room: { kind, name, home, history },
    members: [],
    removed: [],
  };
  if (change.op === "add") {
    const { posts: places = [] } = change;
    posts = withPosts(posts, places, "member", holdersOf);
    // Whoever is here as holder of a post is from now on here by name.
    const added = named(change.members, places.length > 0 ? 0 : 1).filter((id) => isNew(room.members.get(id)));
    for (const id of added) {
      const { since = stamp, role = "member" } = room.members.get(id) ?? {};
      body.members.push(member(id, role, since, provinceOf));
    }
  } else if (change.op === "remove") {
    const { posts: places = [] } = change;
    posts = posts.filter(({ post }) => !places.includes(post));
    body.removed = named(change.members, places.length > 0 ? 0 : 1).filter((id) => room.members.has(id));
    if (body.removed.some((id) => room.members.get(id)?.post !== undefined))
      throw new AppError("fix", "Whoever is here as holder of a post goes with the post: take the post out.");
  } else if (change.op === "rename") body.room.name = nameOf(change.name);
  else if (change.op === "succeed") throw new AppError("fix", "A post passes on by itself.");
  else {
    const present = room.members.get(change.person);
    if (!present) throw new AppError("fix", "That person is not a member of this room.");
    const role = change.role === "owner" ? "owner" : "member";
    if (present.post === undefined) body.members = [{ ...present, role }];
    posts = posts.map((place) => (place.post === present.post ? { ...place, role } : place));
  }
  for (const each of body.members) members.set(each.person, each);
  for (const gone of body.removed) members.delete(gone);
  return seated(body, posts, members, holdersOf, provinceOf, stamp);
}

const isNew = (present: Member | undefined): boolean => !present || present.post !== undefined;

/**
 * What the home writes of its own accord when those who hold charge of a room's posts have changed; undefined where
 * nothing has. Pure. What does not fit into one event is left for the next.
 */
export function succession(
  room: Room,
  post: PostId,
  nobody: PersonId,
  stamp: Stamp,
  provinceOf: ProvinceOf,
  holdersOf: HoldersOf,
): ControlBody | undefined {
  const { kind, name, home, history, posts = [] } = room;
  const due = takePlaces(room.members, posts, holdersOf, provinceOf, stamp);
  if (due.members.length + due.removed.length === 0) return undefined;
  return {
    change: { op: "succeed", post },
    cseq: room.cseq + 1,
    by: nobody,
    room: { kind, name, home, history, posts },
    members: due.members.slice(0, MAX_NAMED / 2),
    removed: due.removed.slice(0, MAX_NAMED / 2),
  };
}

/** The body with its room's posts, and with those who hold charge of them in their places. */
function seated(
  body: ControlBody,
  posts: readonly PostPlace[],
  members: ReadonlyMap<PersonId, Member>,
  holdersOf: HoldersOf,
  provinceOf: ProvinceOf,
  stamp: Stamp,
): ControlBody {
  if (posts.length > 0) body.room.posts = posts;
  const due = takePlaces(members, posts, holdersOf, provinceOf, stamp);
  body.members.push(...due.members);
  // Who was taken out by name, and holds charge of a post that has a place here, is here for the post.
  body.removed = body.removed.filter((id) => !due.members.some(({ person }) => person === id));
  body.removed.push(...due.removed);
  if (body.members.length + body.removed.length > 2 * MAX_NAMED)
    throw new AppError("fix", "The change names too many people at once.");
  if (members.size + due.members.length - due.removed.length > MAX_MEMBERS)
    throw new AppError("fix", `A room holds up to ${MAX_MEMBERS} people.`);
  return body;
}

function withPosts(
  present: readonly PostPlace[],
  posts: readonly PostId[],
  role: Role,
  holdersOf: HoldersOf,
): readonly PostPlace[] {
  const added = [...new Set(posts)].filter((id) => !present.some(({ post }) => post === id));
  if (added.some((id) => !holdersOf(id))) throw new AppError("fix", "One of these posts is not in the directory.");
  if (present.length + added.length > MAX_POSTS) throw new AppError("fix", `A room has up to ${MAX_POSTS} posts.`);
  return [...present, ...added.map((post) => ({ post, role }))];
}

function create(
  room: Room | undefined,
  change: Extract<ControlOp, { op: "create" }>,
  by: PersonId,
  home: Province,
  stamp: Stamp,
  provinceOf: ProvinceOf,
  holdersOf: HoldersOf,
): ControlBody {
  if (room) throw new AppError("conflict", "This room is there already.");
  const others = named(change.members, 0).filter((id) => id !== by);
  const { kind, posts = [] } = change;
  const direct = kind === "direct";
  const two = direct || kind === "post";
  if (!["direct", "group", "channel", "post"].includes(kind))
    throw new AppError("fix", "There is no such kind of room.");
  if (!["all", "joined"].includes(change.history)) throw new AppError("fix", "There is no such history policy.");
  if (direct && (others.length !== 1 || posts.length > 0))
    throw new AppError("fix", "A direct conversation is between two people.");
  if (kind === "post") checkPost(posts, others, by, holdersOf);
  const body: ControlBody = {
    change,
    cseq: 1,
    by,
    room: { kind, name: two ? "" : nameOf(change.name), home, history: two ? "all" : change.history },
    members: [
      member(by, "owner", stamp, provinceOf),
      ...others.map((id) => member(id, direct ? "owner" : "member", stamp, provinceOf)),
    ],
    removed: [],
  };
  const members = new Map(body.members.map((each) => [each.person, each]));
  const places = withPosts([], posts, two ? "owner" : "member", holdersOf);
  return seated(body, places, members, holdersOf, provinceOf, stamp);
}

function checkPost(posts: readonly PostId[], others: readonly PersonId[], by: PersonId, holdersOf: HoldersOf): void {
  const [post] = posts;
  if (post === undefined || posts.length !== 1 || others.length > 0)
    throw new AppError("fix", "A conversation with a post is between a person and one post.");
  const holders = holdersOf(post) ?? [];
  if (holders.length > 0 && holders.every((id) => id === by)) throw new AppError("fix", "You hold this post yourself.");
}

function named(people: readonly PersonId[], least = 1): PersonId[] {
  const once = [...new Set(people)];
  if (once.length < least || once.length > MAX_NAMED)
    throw new AppError("fix", `Name between ${least} and ${MAX_NAMED} people at a time.`);
  return once;
}

// Overrides of text direction could make a room's name look like another's.
const cleaned = (name: string): string => name.replace(/[\u202a-\u202e\u2066-\u2069\p{Cc}]/gu, "").trim();

/** A name that a room can have. */
export const isRoomName = (name: string): boolean => name !== "" && name.length <= MAX_NAME && name === cleaned(name);

function nameOf(name: string): string {
  const clean = cleaned(name);
  if (!isRoomName(clean)) throw new AppError("fix", `A room's name has 1 to ${MAX_NAME} characters.`);
  return clean;
}

function member(person: PersonId, role: Role, since: Stamp, provinceOf: ProvinceOf): Member {
  const province = provinceOf(person);
  if (!province) throw new AppError("fix", "One of these people is not in the directory.");
  return { person, province, role, since };
}
