import type { Message } from "janode";
import type { CallId, SeatId } from "#protocol/call";
import type { FeedWant } from "../ports.ts";
import type { Answer, Plug } from "./client.ts";
import type { Said } from "./line.ts";

/** What a seat, and all that stands in a call, may ask of the gateway. */
export interface Place {
  readonly call: CallId;
  /** whether feeds may cross encrypted */
  readonly canEncryptHop: boolean;
  /** A handle of its own. @throws AppError wait */
  attach(hear: (said: Said) => void): Promise<Plug>;
  /** Asks something about the room. @throws AppError wait, Refused, Unanswered */
  ask(body: Message): Promise<Answer>;
  /** Where a stream is found now; undefined while it is not there. */
  locate(want: FeedWant): { feed: string; mid: string } | undefined;
  /** Feeds have gone, or changed. */
  changed(): void;
}

/** How a seat's feed is named on the gateway. */
export const feedName = (seat: SeatId, life: number): string => `${seat}.${life}`;

/** Refusals of the room plugin that are met and dealt with. */
export const NO_SUCH_ROOM = 426;
export const ROOM_EXISTS = 427;
export const NO_SUCH_FEED = 428;
export const ID_EXISTS = 436;
