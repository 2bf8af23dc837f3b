import type { KeyBox, Seat, SeatId } from "#protocol/call";
import type { Epoch } from "./epoch.ts";

/** Where a call's secrets come from. Today the seats seal them to each other; a group state (MLS) can take the place. */
export interface CallSecret {
  /** The call's seats, all of them, whenever one has changed. */
  seats(seats: readonly Seat[]): void;
  /** News `keys`. */
  heard(from: SeatId, epoch: number, box: string): void;
  close(): void;
}

/** What it asks of the call around it. */
export interface SecretHost {
  /** milliseconds, never going back */
  now(): number;
  /** Runs the work after so many milliseconds; the answer calls it off. */
  later(ms: number, work: () => void): () => void;
  random(): Uint8Array<ArrayBuffer>;
  /** Act `keys`; it may be lost. */
  send(epoch: number, boxes: KeyBox[]): void;
  /** For `Sealer.setEpoch`, whenever either has changed. */
  epochs(use: Epoch | null, hold: readonly Epoch[]): void;
  /** The security code, of the seats that share keys as this device sees them. */
  code(digits: string): void;
  /** Seats whose key is not their device's, or whose device had another one before: they get no keys from here. */
  refused(seats: readonly SeatId[]): void;
}
