import type { CallId, CallNews, SeatId } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import type { Province, RoomId } from "#protocol/ids";
import type { Legs } from "../domain/calls/legs.ts";
import type { Call } from "../domain/calls/merge.ts";
import type { Course } from "./course.ts";
import type { Feeds } from "./feeds.ts";
import type { House } from "./house.ts";
import type { CallMessage } from "./message.ts";
import type { Caller } from "./parts.ts";
import type { SeatMedia } from "./seat-media.ts";
import type { Speaking } from "./speaking.ts";

/** The call of one room on this node, as its parts see it. */
export interface Room {
  readonly room: RoomId;
  readonly house: House;
  readonly legs: Legs;
  /** the seats that speak to this node, and their sockets */
  readonly media: ReadonlyMap<SeatId, SeatMedia>;
  readonly holders: ReadonlyMap<SeatId, Caller>;
  readonly lastHolder: Caller | undefined;
  readonly feeds: Feeds;
  readonly speaking: Speaking;
  /** the call as people were told last */
  readonly call: Call | undefined;
  readonly course: Course | undefined;
  /** under which id media stands on gateways */
  readonly mediaCall: CallId | undefined;
  /** provinces of the room beside this one */
  readonly provinces: Province[];
  /** The call as it is this very moment. */
  see(): Call | undefined;
  /** Seats here that are told what passes in the call. */
  insiders(): SeatId[];
  tell(seat: SeatId, news: CallNews): void;
  toOthers(message: CallMessage): void;
  /** A seat of this node is over, and told why, and by whose order, where it did not leave by itself. */
  drop(id: SeatId, why?: (CallNews & { is: "over" })["why"], order?: CallOrder): void;
  /** People and provinces are told of a change. */
  soon(): void;
}
