import type { Link } from "#protocol/down";
import type { Province } from "#protocol/ids";
import type { Directory } from "../domain/directory.ts";
import type { Enrolment } from "../domain/enrolment.ts";
import type { Messaging, Sender } from "../domain/messaging.ts";
import type { Store } from "../domain/ports.ts";
import type { Reading } from "../domain/reading.ts";
import type { Rooms } from "../domain/rooms.ts";

/** What the gateway needs of the node around it. */

export interface Proofs {
  isDeviceKey(key: unknown): Promise<boolean>;
  challenge(device: string): string;
  ticket(proof: { device: string; nonce: string; signature: string }): Promise<string>;
  redeem(ticket: string): Sender | undefined;
}

/** The other provinces. A message may be lost on the way, and is repeated or forgotten; absent on a node that is alone. */
export interface Neighbours {
  links(): Link[];
  /** Calls back when a link went up or down. Returns the way to stop it. */
  onLinks(listener: () => void): () => void;
  sendLive(to: Province, message: unknown): void;
  onLive(listener: (from: Province, message: unknown) => void): () => void;
}

export type Log = (
  level: "debug" | "info" | "warn" | "error",
  event: string,
  fields?: Record<string, string | number | boolean | null | undefined>,
) => void;

export interface Meter {
  count(name: string, by?: number): void;
  observe(name: string, seconds: number): void;
  gauge(name: string, read: () => number): void;
}

export interface Services {
  store: Store;
  messaging: Messaging;
  reading: Reading;
  rooms: Rooms;
  directory: Directory;
  enrolment: Enrolment;
  proofs: Proofs;
  neighbours: Neighbours | undefined;
  log: Log;
  /** what the log may say of an unknown error */
  errorFields: (error: unknown) => Record<string, string | number | boolean | null | undefined>;
  meter: Meter;
  /** milliseconds since 1970 */
  now: () => number;
}
