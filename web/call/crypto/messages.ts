import type { SeatId } from "#protocol/call";
import type { SealCounts } from "./cipher.ts";
import type { Epoch } from "./epoch.ts";
import type { MediaKind } from "./frame.ts";

/** One sender's or receiver's way through the worker. `seat` is whose frames they are. */
export interface Pipe {
  id: number;
  does: "seal" | "open";
  kind: MediaKind;
  seat: SeatId;
}

export type ToWorker =
  | { t: "me"; seat: SeatId }
  | { t: "epochs"; use: Epoch | null; hold: readonly Epoch[] }
  | { t: "mode"; open: boolean }
  /** browsers without RTCRtpScriptTransform: the streams themselves */
  | { t: "streams"; pipe: Pipe; readable: ReadableStream; writable: WritableStream }
  /** the receiver now gets another seat's frames */
  | { t: "seat"; id: number; seat: SeatId }
  | { t: "stats"; ref: number };

export interface FromWorker {
  t: "stats";
  ref: number;
  seats: Record<SeatId, SealCounts>;
}
