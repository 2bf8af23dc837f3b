import { createHash } from "node:crypto";
import type { PostId } from "#protocol/directory";
import { isOrigin, type Origin, type PersonId, type Province, provinceOf, type RoomId } from "#protocol/ids";
import type { EventRecord } from "#protocol/record";
import type { ControlBody, Member } from "#protocol/room";
import { isRoomName, MAX_MEMBERS, MAX_POSTS } from "./control.ts";
import type { Room, Store } from "./ports.ts";

/** Lives of one province in one room, at most: every client says each of them whenever it resumes. */
const MAX_LIVES = 100;

/** What a province says of a room that it is home of. */
export interface RoomClaim extends Readonly<ControlBody["room"]> {
  members: readonly Member[];
  removed: readonly PersonId[];
}

export type Judgement = "sound" | "false" | "not-yet";

/** Whether a head can be true: nothing that the store or a client could not take. */
export const isSoundHead = ({ origin, n, stamp }: EventRecord): boolean =>
  isOrigin(origin) && n > 0 && Number.isSafeInteger(stamp);

/** One more life of a province in a room than there can be in earnest. */
export function isOneTooMany(store: Store, room: RoomId, origin: Origin): boolean {
  const origins = [...store.heads(room).keys()];
  return !origins.includes(origin) && origins.filter((of) => provinceOf(of) === provinceOf(origin)).length >= MAX_LIVES;
}

/**
 * The id of a conversation of two follows from its people, or from the person and the post. That it is here would tell
 * others that they converse: to them it is not. Who once held the post knows it, and may hear that it is over.
 */
export function isHidden(room: Room, person: PersonId, store: Pick<Store, "tables">): boolean {
  if (room.members.has(person)) return false;
  if (room.kind === "direct") return true;
  const post = room.kind === "post" && room.posts?.[0]?.post;
  return typeof post === "string" && !store.tables.offices.everHeld(post, person);
}

/**
 * A UUIDv7 of the years up to 2074: what all other rooms are named with, so that nobody can take the id of two people's
 * conversation for one of them (a hash comes out like this once in 5,000 times).
 */
export const isMinted = (id: RoomId): boolean => /^0[0-2][0-9a-f]{10}7[0-9a-f]{3}[89ab]/.test(id);

/**
 * Whether a province may say this of a room. A room keeps its home and kind, and people are of the province that the
 * directory says; who is there as holder of a post was given charge of it. The id of a conversation of two can be known
 * to anybody: only its two people, or the person and the holders of the post, in the home that follows from them, make
 * it. `not-yet` where the directory does not tell.
 */
export function judge(claim: RoomClaim, id: RoomId, room: Room | undefined, from: Province, store: Store): Judgement {
  if (claim.home !== from || (room && (room.home !== from || room.kind !== claim.kind))) return "false";
  if (!isBounded(claim, room)) return "false";
  const places = new Set((claim.posts ?? []).map(({ post }) => post));
  let told = true;
  for (const { person, province, post } of claim.members) {
    const known = store.person(person);
    if (known && known.province !== province) return "false";
    if (!known && (claim.kind === "direct" || claim.kind === "post")) told = false;
    if (post === undefined) continue;
    if (!places.has(post) || claim.kind === "direct") return "false";
    // By the orders' existence, not their dates: one that was put back or cancelled since must not stop the room's log.
    if (!store.tables.offices.everHeld(post, person)) told = false;
  }
  if (claim.kind === "direct") return told ? judgeTwo(claim, id, from, store) : "not-yet";
  if (claim.kind === "post") {
    const judgement = judgePost(claim, id, room, from, store);
    return judgement === "sound" && !told ? "not-yet" : judgement;
  }
  if (!isMinted(id) || !isRoomName(claim.name)) return "false";
  return told ? "sound" : "not-yet";
}

/** As large as a home lets its own people make a room. Who is there for a post is bounded by the directory. */
function isBounded({ members, removed, posts = [] }: RoomClaim, room: Room | undefined): boolean {
  if (posts.length > MAX_POSTS) return false;
  const named = new Set([...(room?.members.values() ?? []), ...members].filter(isNamed).map(({ person }) => person));
  for (const person of removed) named.delete(person);
  return named.size <= MAX_MEMBERS;
}

const isNamed = ({ post }: Member): boolean => post === undefined;

function judgeTwo(claim: RoomClaim, id: RoomId, from: Province, store: Store): Judgement {
  const people = claim.members.map(({ person }) => person).sort();
  if (claim.name !== "" || claim.history !== "all" || claim.removed.length > 0 || people.length !== 2) return "false";
  if (claim.posts || id !== idOf("beep direct v1", people)) return "false";
  return store.person(people[0] as PersonId)?.province === from ? "sound" : "false";
}

/** The person whose room it is stays; all others are there for the post. */
function judgePost(claim: RoomClaim, id: RoomId, room: Room | undefined, from: Province, store: Store): Judgement {
  const [place, ...more] = claim.posts ?? [];
  if (claim.name !== "" || claim.history !== "all" || !place || more.length > 0) return "false";
  const named = [...(room?.members.values() ?? []), ...claim.members].filter(isNamed);
  const [person, ...others] = new Set(named.map((member) => member.person));
  if (person === undefined || others.length > 0 || claim.removed.includes(person)) return "false";
  if (id !== idOf("beep post v1", [person, place.post])) return "false";
  if (claim.members.some((member) => member.person === person && member.post !== undefined)) return "false";
  const post = store.tables.offices.post(place.post);
  if (!post) return "not-yet";
  return post.province === from ? "sound" : "false";
}

/** `directRoomId` and `postRoomId` (protocol/room.ts) where a promise cannot be waited for: inside a transaction. */
const idOf = (what: string, parts: readonly (PersonId | PostId)[]): RoomId =>
  createHash("sha256")
    .update([what, ...parts].join("\n"))
    .digest("hex")
    .slice(0, 32);
