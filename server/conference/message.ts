import type { CallId, KeyBox, SeatId } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import type { RoomId } from "#protocol/ids";
import type { HostAct } from "../domain/calls/acts.ts";
import type { LegNews } from "../domain/calls/leg-news.ts";

/** What conferences tell each other through the live channel. All of it may be lost; what matters is repeated. */
export type CallMessage = {
  t: "call";
} /** the sender's leg, or what changed of it: on change, and its version alone every 2 seconds */ & (
  | { is: "leg"; leg: LegNews }
  /** the receiver's leg is not known, or not up to date: all of it, please; answered `leg`, or `none` */
  | { is: "ask"; room: RoomId }
  | { is: "none"; room: RoomId }
  /** a host ended the call for all; without an order someone in a conversation of two did */
  | { is: "ended"; room: RoomId; call: CallId; order?: CallOrder }
  /** what a host who sits at the sender asks of a seat of the receiver */
  | { is: "act"; room: RoomId; call: CallId; by: SeatId; act: HostAct; order: CallOrder }
  | { is: "keys"; room: RoomId; call: CallId; from: SeatId; epoch: number; boxes: KeyBox[] }
  | { is: "reacted"; room: RoomId; call: CallId; seat: SeatId; sign: string }
  /** who of the sender's speaks now */
  | { is: "speaking"; room: RoomId; call: CallId; seats: SeatId[] }
  /** between trunks.ts of two provinces, which listen by themselves */
  | { is: "trunk"; body: unknown }
  /** between remote-gateway.ts of two provinces, which listen by themselves */
  | { is: "gateway"; body: unknown }
);
