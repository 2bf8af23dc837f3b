import type { CallId, SeatId, SeatKey, Track } from "#protocol/call";
import type { ReadonlySignal } from "@preact/signals-core";
import type { CallStats, CurrentCall } from "./contract.ts";
import type { CallNewsOf } from "./signalling.ts";
import type { Roster } from "./roster.ts";

/** End-to-end encryption as connections need it. */
export interface MediaSeal {
  /** what a connection must be told when it is made */
  readonly config: RTCConfiguration;
  sends(sender: RTCRtpSender, track: Track): void;
  /** Said before anything is played, and again when the line carries another seat's media. */
  receives(receiver: RTCRtpReceiver, seat: SeatId): void;
}

/** The keys of one seat, from sitting down to leaving. */
export interface SeatSeal extends MediaSeal {
  /** null where this browser cannot encrypt media */
  readonly key: SeatKey | null;
  readonly state: ReadonlySignal<"sealed" | "sealing" | "impossible" | "open">;
  readonly code: CurrentCall["code"];
  /** grows whenever `readable` may answer otherwise */
  readonly version: ReadonlySignal<number>;
  /** its key is here, or none is needed */
  readable(seat: SeatId): boolean;
  /** Said once, before any connection is made. */
  seated(call: CallId, seat: SeatId): void;
  /** @param asked others may send in the clear by now, and this device's person has not said yes to it */
  roster(roster: Roster, sealed: boolean, asked: boolean): void;
  keys(news: CallNewsOf<"keys">): void;
  stats(): Promise<CallStats["seal"]>;
  close(): void;
}
