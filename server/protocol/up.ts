import type { AdminAsk } from "./admin.ts";
import type { CallAct } from "./call.ts";
import type { CallOrder } from "./call-order.ts";
import type { ChangeProof } from "./change.ts";
import type { PostId } from "./directory.ts";
import type { EventId, Origin, PersonId, RoomId } from "./ids.ts";
import type { Order } from "./order.ts";
import type { ControlRequest } from "./room.ts";
import type { SelfAct } from "./self.ts";

/** What a client holds of its rooms: per room and origin, the n up to which nothing is missing. */
export type Have = Record<RoomId, Record<Origin, number>>;

/** The `cseq` of rooms whose members a client has all of, as a node described them. */
export type KnownRooms = Record<RoomId, number>;

export interface Hello {
  t: "hello";
  version: number;
  capabilities: string[];
  /** name and version of the client, for the log */
  app: string;
  have: Have;
  /** rooms whose members need not be said again while they are as they were */
  rooms?: KnownRooms;
}

export type Up =
  | Hello
  | { t: "read"; room: RoomId; upto: Record<Origin, number> }
  | { t: "delivered"; rooms: Have }
  /** events older than `before`: for each origin the smallest n the client has (exclusive); an absent origin is read from its end */
  | { t: "page"; ref: number; room: RoomId; before: Record<Origin, number>; limit: number }
  | { t: "room"; ref: number; room: RoomId }
  | { t: "people"; ref: number; ids: PersonId[] }
  | { t: "find"; ref: number; text: string }
  | { t: "typing"; room: RoomId; on: boolean }
  | { t: "control"; request: ControlRequest }
  /** asks what became of requests and drafts whose answer was lost */
  | { t: "outcome"; ids: EventId[] }
  /** `orders`: what the device signed of the act; of a beginning again, also what is known to be ordered in that call */
  | { t: "call"; ref: number; room: RoomId; act: CallAct; orders?: CallOrder[] }
  /** one's own devices and ways of signing in; `proof` where the act is one of `CHANGES` */
  | { t: "self"; ref: number; act: SelfAct; proof?: ChangeProof }
  | { t: "admin"; ref: number; ask: AdminAsk }
  | { t: "order"; ref: number; order: Order }
  | { t: "photo"; ref: number; person: PersonId }
  /** posts by their ids, as cards */
  | { t: "posts"; ref: number; ids: PostId[] }
  | { t: "ping" };

/** First byte of a frame. JSON frames carry UTF-8 JSON behind it; the others are laid out in SPEC.md. */
export const UP = { json: 1, send: 2 } as const;
