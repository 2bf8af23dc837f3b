import type { CallId, SeatId } from "#protocol/call";
import type { Province, RoomId } from "#protocol/ids";
import type { Past } from "../domain/calls/past.ts";
import type { CallMessage } from "./message.ts";
import type { Caller, Crowd, Parts, Timers } from "./parts.ts";
import type { Stations } from "./stations.ts";

/** What all rooms of a node share. */
export interface House extends Parts {
  timers: Timers;
  stations: Stations;
  past: Past;
  crowd(): Crowd | undefined;
  send(to: Province, message: CallMessage): void;
  isUp(province: Province): boolean;
  /** a call of that id is on in another room: what stands on gateways by its name is that one's */
  isElsewhere(call: CallId, room: RoomId): boolean;
  /** its seat is over: the socket is free for another call */
  unseated(who: Caller, seat: SeatId): void;
}
