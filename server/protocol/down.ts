import type { AdminAnswer } from "./admin.ts";
import type { CallAnswer, CallHead, CallNews, Seat, SeatId } from "./call.ts";
import type { Grant, Person, Photo, PostCard } from "./directory.ts";
import type { WireError } from "./error.ts";
import type { DeviceId, EventId, Origin, PersonId, Province, RoomId } from "./ids.ts";
import type { Mark } from "./mark.ts";
import type { Notice } from "./notice.ts";
import type { OrderAnswer } from "./order.ts";
import type { Member, RoomSummary } from "./room.ts";
import type { SelfAnswer } from "./self.ts";
import type { Stamp } from "./stamp.ts";

/** One province as seen from the node that says so. */
export interface Link {
  province: Province;
  up: boolean;
  /** milliseconds since 1970 of the last change */
  since: number;
  /** events of this node's rooms not yet known to be stored there */
  waiting: number;
}

export interface Welcome {
  t: "welcome";
  version: number;
  capabilities: string[];
  person: Person;
  /** the person's roles of administration that hold now; absent where there are none */
  roles?: Grant[];
  device: DeviceId;
  province: Province;
  origin: Origin;
  /** the node's clock, milliseconds since 1970 */
  now: number;
  /** the newest ones alone where `more` is there: the others come as `rooms`, before `current` */
  rooms: RoomSummary[];
  more?: true;
  links: Link[];
}

export type Down =
  | Welcome
  /** the resume is complete: the client has all there is on this node */
  | { t: "current" }
  /** further rooms of the person, newest first; for clients with `rooms.v1` */
  | { t: "rooms"; rooms: RoomSummary[] }
  | { t: "room"; ref?: number; room: RoomSummary }
  /** the person is no longer a member */
  | { t: "left"; room: RoomId }
  | { t: "detail"; ref: number; room: RoomId; members: Member[]; marks: Mark[] }
  | { t: "marks"; marks: Mark[] }
  /** `posts`: those that a search found, best first. With `ref` 0 nobody asked: the cards of these people changed */
  | { t: "people"; ref: number; people: Person[]; posts?: PostCard[] }
  | { t: "typing"; room: RoomId; person: PersonId; on: boolean }
  | { t: "presence"; online: PersonId[]; offline: PersonId[] }
  | { t: "link"; links: Link[] }
  | { t: "control"; id: EventId; state: "waiting" | "done" | "refused"; province?: Province; error?: WireError }
  /** the room's call; null when there is none (any more). Members of the room get the head alone, seats the rest too */
  | { t: "call"; room: RoomId; head: CallHead | null }
  /** seats of the call that changed; `full`: these are all of them */
  | { t: "seats"; room: RoomId; full: boolean; seats: Seat[]; gone: SeatId[] }
  | { t: "called"; ref: number; answer: CallAnswer }
  | { t: "news"; room: RoomId; news: CallNews }
  | { t: "self"; ref: number; answer: SelfAnswer }
  | { t: "admin"; ref: number; answer: AdminAnswer }
  | { t: "ordered"; ref: number; answer: OrderAnswer }
  | { t: "photo"; ref: number; photo: Photo | null }
  /** with `ref` 0 nobody asked: the cards of these posts changed */
  | { t: "posts"; ref: number; posts: PostCard[] }
  /** so many rooms wait to be accepted or declined, up to 100: after `welcome` where there are any, and when that changes */
  | { t: "contacts"; waiting: number }
  /** of one's own access; nobody asked */
  | { t: "notice"; notice: Notice }
  | { t: "error"; ref?: number; id?: EventId; error: WireError }
  /** the node is leaving: go to another one, come back after `retryAfter` milliseconds */
  | { t: "bye"; retryAfter: number }
  | { t: "pong" };

export interface Ack {
  id: EventId;
  origin: Origin;
  n: number;
  stamp: Stamp;
}

/** Head of a page frame; the records stand behind it, newest first. */
export interface PageHead {
  /** absent on pages that a resume sends */
  ref?: number;
  room: RoomId;
  /** older events than these exist */
  more: boolean;
  /** the client's older events of this room are no longer joined to these: forget them and page on */
  gap: boolean;
}

export const DOWN = { json: 65, events: 66, acks: 67, page: 68 } as const;
