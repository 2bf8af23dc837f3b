import type { IceServer, SeatId } from "#protocol/call";
import type { Down } from "#protocol/down";
import type { DeviceId, PersonId, Province } from "#protocol/ids";
import type { Evidence } from "../domain/calls/judge.ts";
import type { Placement, Trunks } from "./deciding.ts";
import type { MediaGateway, Membership, Peers } from "./ports.ts";

/** One socket of a person who is signed in here. The object itself is its identity. */
export interface Caller {
  readonly person: PersonId;
  readonly device: DeviceId;
  send(message: Down): void;
  /** @param frame shared with others, and not changed */
  push(frame: Uint8Array): void;
}

/** The people who have a socket here. */
export interface Crowd {
  of(person: PersonId): readonly Caller[];
  people(): Iterable<PersonId>;
  crowd: number;
}

export interface Timers {
  /** Returns the way to stop it. */
  after(ms: number, work: () => void): () => void;
  every(ms: number, work: () => void): () => void;
}

/** What a conference is made of. */
export interface Parts {
  province: Province;
  /** this province's own */
  gateway: MediaGateway;
  /** another province's, reached through its node; undefined where there is no way to it */
  gateways: (province: Province) => MediaGateway | undefined;
  trunks: Trunks;
  placement: Placement;
  peers: Peers;
  members: Membership;
  /** signs with the province's key */
  sign: (text: string) => string;
  /** by which orders of devices, and beginnings, are judged */
  evidence: Evidence;
  /** milliseconds since 1970 */
  now: () => number;
  /** 16 random hex digits: a seat's name, and that of a leg's life */
  mintSeat: () => SeatId;
  ice: () => IceServer[];
  count: (name: string, by?: number) => void;
  log: (level: "debug" | "info" | "warn" | "error", event: string, fields?: Record<string, string | number>) => void;
  timers?: Timers;
}

export const realTimers: Timers = {
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, work) => {
    const timer = setInterval(work, ms);
    return () => clearInterval(timer);
  },
};
