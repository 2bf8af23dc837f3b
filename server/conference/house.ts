import type { SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { CallMessage } from "./message.ts";
import type { Caller, Crowd, Parts, Timers } from "./parts.ts";
import type { Stations } from "./stations.ts";

/** What all rooms of a node share. */
export interface House extends Parts {
  timers: Timers;
  stations: Stations;
  crowd(): Crowd | undefined;
  send(to: Province, message: CallMessage): void;
  isUp(province: Province): boolean;
  /** its seat is over: the socket is free for another call */
  unseated(who: Caller, seat: SeatId): void;
}
