import type { CallHead } from "#protocol/call";
import type { ClearBody } from "#protocol/clear";
import type { Down } from "#protocol/down";
import type { EventId, PersonId, RoomId } from "#protocol/ids";
import type { Role } from "#protocol/room";
import type { ReadonlySignal, Signal } from "@preact/signals-core";
import type { AppModel, Connection, RoomItem } from "../model/contract.ts";
import type { Identity, Link } from "../net/link.ts";
import type { Ask } from "../net/wire.ts";
import type { DeviceKey, Platform, Vault } from "../platform/ports.ts";
import type { Calls, CurrentCall } from "./contract.ts";

/** A room as far as its members are known. */
interface Known {
  readonly known: readonly { person: PersonId; role: Role }[];
  readonly summary: { size: number };
}

/** The client's model as calls find it; what they need of it is in CallHost, made of it once they are fetched. */
export interface CallModel extends Pick<CallHost, "phase" | "connection" | "rooms" | "write"> {
  platform: Pick<Platform, "now" | "vault">;
  skew: number;
  account: { readonly person: PersonId | undefined; who(): Identity & { key: DeviceKey } };
  parts: { link: Pick<Link, "request">; house: { get(id: RoomId): Known | undefined } };
}

/** What calls need of the client around them. */
export interface CallHost {
  /** milliseconds since 1970 by the node's clock */
  now(): number;
  /** @throws Refusal where nobody is signed in */
  who(): Identity & { key: DeviceKey };
  phase: AppModel["phase"];
  connection: ReadonlySignal<Connection>;
  rooms: ReadonlySignal<RoomItem[]>;
  /** the device's own storage */
  vault: Pick<Vault, "get" | "write">;
  request(ask: Ask): Promise<unknown>;
  /** whether the person owns the room, as its members are known */
  isOwner(room: RoomId, person: PersonId): Promise<boolean>;
  /** Writes an event into the room by way of the outbox; of an id that waits already nothing more is written. */
  write(room: RoomId, kind: number, body: ClearBody, id?: EventId): EventId;
  me(): PersonId | undefined;
}

export type CallDown = Extract<Down, { t: "call" | "seats" | "news" | "current" }>;

/** The calls as the model feeds them. */
export interface CallsInModel extends Calls {
  hear(message: CallDown): void;
}

/** What the part that is there from the start shares with the engine, which is fetched when it is needed. */
export interface CallState {
  heads: Signal<ReadonlyMap<RoomId, CallHead>>;
  current: Signal<CurrentCall | null>;
  list: Signal<Calls["devices"]["list"]["value"]>;
  chosen: Signal<Calls["devices"]["chosen"]["value"]>;
}

/** The call that this tab sits in, so that it comes back to it after a reload. */
export const KEPT = "beep.call";
