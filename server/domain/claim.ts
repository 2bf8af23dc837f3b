import { createHash } from "node:crypto";
import { isOrigin, type Origin, type PersonId, type Province, provinceOf, type RoomId } from "#protocol/ids";
import type { EventRecord } from "#protocol/record";
import type { ControlBody, Member } from "#protocol/room";
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
 * The id of a conversation of two follows from its people. That it is here would tell others that they converse: to
 * them it is not.
 */
export const isHidden = (room: Room, person: PersonId): boolean => room.kind === "direct" && !room.members.has(person);

/**
 * A UUIDv7 of the years up to 2074: what all other rooms are named with, so that nobody can take the id of two people's
 * conversation for one of them (a hash comes out like this once in 5,000 times).
 */
export const isMinted = (id: RoomId): boolean => /^0[0-2][0-9a-f]{10}7[0-9a-f]{3}[89ab]/.test(id);

/** Whoever writes in a conversation of two is one of them. Of other rooms a member's leaving may have overtaken what they wrote. */
export const mayWrite = (room: Room | undefined, from: Province): boolean =>
  room?.kind !== "direct" || room.provinces.includes(from);

/**
 * Whether a province may say this of a room. A room keeps its home and kind, and people are of the province that the
 * directory says. The id of a conversation of two can be known to anybody: only its two people, in the home that
 * follows from them, make it, and nothing changes it. `not-yet` where the directory does not tell.
 */
export function judge(claim: RoomClaim, id: RoomId, room: Room | undefined, from: Province, store: Store): Judgement {
  if (claim.home !== from || (room && (room.home !== from || room.kind !== claim.kind))) return "false";
  for (const { person, province } of claim.members) {
    const known = store.person(person);
    if (known && known.province !== province) return "false";
    if (!known && claim.kind === "direct") return "not-yet";
  }
  if (claim.kind !== "direct") return isMinted(id) ? "sound" : "false";
  const people = claim.members.map(({ person }) => person).sort();
  if (claim.name !== "" || claim.history !== "all" || claim.removed.length > 0 || people.length !== 2) return "false";
  if (id !== idOfTwo(people)) return "false";
  return store.person(people[0] as PersonId)?.province === from ? "sound" : "false";
}

/** `directRoomId` (protocol/room.ts) where a promise cannot be waited for: inside a transaction. */
const idOfTwo = (sorted: readonly PersonId[]): RoomId =>
  createHash("sha256")
    .update(["beep direct v1", ...sorted].join("\n"))
    .digest("hex")
    .slice(0, 32);
