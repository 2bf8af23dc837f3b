import type { CallHead, CallId, SeatId } from "#protocol/call";
import type { Province, RoomId } from "#protocol/ids";
import type { RoomKind } from "#protocol/room";
import type { Feed } from "./ports.ts";

/** On which gateway a call stands, and how a feed comes from one gateway to another: decided and done elsewhere. */

export type Place = CallHead["place"];

/** What a place is decided from, beside what is measured of links and gateways. */
export interface CallState {
  call: CallId;
  room: RoomId;
  kind: RoomKind;
  /** the province in which the call began */
  began: Province;
  /** people's devices that sit in the call, by the province whose node they speak to; provinces that are cut off are not in it */
  seats: ReadonlyMap<Province, number>;
  /** where the call stands now; undefined when it begins */
  place: Place | undefined;
}

/**
 * Asked by one province for all of a call: the first in order of those that have seats and are heard. On every change
 * of seats, links or gateways, and every 2 seconds. Quick, and its own hysteresis: a new answer moves people's media.
 */
export type Placement = (call: CallState) => Place;

/** People who speak to each other alone stand on one gateway, where the call began; others each on their own province's. */
export const simplePlacement: Placement = ({ kind, began, place }) =>
  place ?? (kind === "direct" ? { mode: "one", at: began } : { mode: "cascade" });

/** A feed that is wanted on a gateway on which it was not published. */
export interface Trunk {
  call: CallId;
  seat: SeatId;
  life: number;
  /** the province whose node the seat speaks to: it knows the feed and where it is, and is asked for it */
  home: Province;
  /** the gateway on which it is wanted; this province's own as a rule */
  to: Province;
}

export interface Trunks {
  /**
   * A seat of this node wants the feed. Said once, and again after `release` or after the receiving gateway began a new
   * life; to be tried until it has arrived or is released.
   */
  need(trunk: Trunk): void;
  /** Nobody here wants it any more, or it is over. */
  release(trunk: Trunk): void;
  /** Calls back when a needed feed can be wanted at `trunk.to` (with its streams as they are named there), and with null when it is gone again. */
  onArrived(listener: (trunk: Trunk, feed: Feed | null) => void): () => void;
  /**
   * A seat of this node sends this feed on the gateway of `at`; `to` are the provinces that may have it. Said again when
   * the feed's streams change or its life grows: whatever was forwarded of a former life is over.
   */
  published(call: CallId, feed: Feed, at: Province, to: readonly Province[]): void;
  /** The seat sends nothing any more. */
  unpublished(call: CallId, seat: SeatId): void;
}
