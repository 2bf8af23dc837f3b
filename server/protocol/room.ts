import type { PostId } from "./directory.ts";
import { type Origin, type PersonId, type Province, type RoomId, toHex } from "./ids.ts";
import type { Stamp } from "./stamp.ts";

/** `post`: between a person and a post, whoever holds it. */
export type RoomKind = "direct" | "group" | "channel" | "post";
export type Role = "owner" | "member";
/** What a member added later may read: all of the room, or only what came after. */
export type HistoryPolicy = "all" | "joined";

export interface Member {
  person: PersonId;
  province: Province;
  role: Role;
  /** stamp of the control event that added them; under policy `joined` earlier events are not shown */
  since: Stamp;
  /** a member as holder of this post: whoever holds it next takes the place */
  post?: PostId;
}

/** A post that has a place in a room: whoever holds charge of it is a member, with this role. */
export interface PostPlace {
  post: PostId;
  role: Role;
}

/** One origin's part of a room's log: events base+1 … n are (or will be) there. */
export interface Head {
  base: number;
  n: number;
}

/** What a signed-in person needs to list a room. */
export interface RoomSummary {
  id: RoomId;
  kind: RoomKind;
  /** of a room of kind `post` */
  post?: PostId;
  /** posts that have a place in it, vacant ones too; absent where there are none */
  posts?: PostPlace[];
  /** empty for a direct room, which is named after the other person */
  name: string;
  home: Province;
  history: HistoryPolicy;
  /** how many control events the home has sequenced: what compare-and-set compares */
  cseq: number;
  /** everyone, in rooms of up to 50; in larger ones, and where `hello` named the room's `cseq`, the person themself */
  members: Member[];
  size: number;
  provinces: Province[];
  heads: Record<Origin, Head>;
  /** how far this person has read, per origin */
  read: Record<Origin, number>;
  /** messages of others not yet read, counted up to 100 */
  unread: number;
  /** stamp of the newest event, for sorting */
  latest: Stamp;
}

/** What the home of a room sequences. The event's id is the request's id, so a retry changes nothing. */
export type ControlOp =
  | { op: "create"; kind: RoomKind; name: string; history: HistoryPolicy; members: PersonId[]; posts?: PostId[] }
  | { op: "add"; members: PersonId[]; posts?: PostId[] }
  /** a person who is there as holder of a post is not removed, but the post, with all who hold it */
  | { op: "remove"; members: PersonId[]; posts?: PostId[] }
  | { op: "rename"; name: string }
  | { op: "role"; person: PersonId; role: Role }
  /** the home's own: who holds charge of the post now takes the place of who held it */
  | { op: "succeed"; post: PostId };

/** Body of a control event (`control.v1`): what was asked, and what came of it. */
export interface ControlBody {
  change: ControlOp;
  cseq: number;
  by: PersonId;
  /** `posts`: all that have a place, absent where there are none */
  room: { kind: RoomKind; name: string; home: Province; history: HistoryPolicy; posts?: readonly PostPlace[] };
  /** members as they are after the change, only those whom it touches */
  members: Member[];
  removed: PersonId[];
}

/** A control request, signed by the device over `controlText` (ECDSA P-256, SHA-256, IEEE P1363, base64). */
export interface ControlRequest {
  id: string;
  room: RoomId;
  change: ControlOp;
  /** the room's cseq that the person saw; absent at creation */
  expect?: number;
  person: PersonId;
  device: string;
  signature: string;
}

/** The bytes that a device signs for a control request. */
export const controlText = (r: Omit<ControlRequest, "signature">): string =>
  JSON.stringify(["beep control v1", r.id, r.room, r.person, r.device, r.expect ?? null, r.change]);

/** The one room of two people: the same id whoever begins it (SHA-256, first 16 bytes). Its home is the province of the first in order. */
export async function directRoomId(a: PersonId, b: PersonId): Promise<RoomId> {
  const text = new TextEncoder().encode(["beep direct v1", ...[a, b].sort()].join("\n"));
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", text)), 0, 16);
}

/** The one room of a person and a post (SHA-256, first 16 bytes). Its home is the post's province. */
export async function postRoomId(person: PersonId, post: PostId): Promise<RoomId> {
  const text = new TextEncoder().encode(["beep post v1", person, post].join("\n"));
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", text)), 0, 16);
}
