import type { DeviceId, EventId, PersonId, Province, RoomId } from "./ids.ts";

/** Calls: one at a time in a room, named by the event that began it (SPEC.md, "Calls"). Nodes see who speaks to whom, never what. */
export type CallId = EventId;

/** One device in one call, from joining to leaving: 16 hex digits, random, never used twice. */
export type SeatId = string;
export const isSeatId = (value: unknown): value is SeatId => typeof value === "string" && /^[0-9a-f]{16}$/.test(value);

/** What a seat can send. `sound` is the sound of a shared screen. */
export type Track = "mic" | "camera" | "screen" | "sound";
export const TRACKS = ["mic", "camera", "screen", "sound"] as const;

/** `call`: rings the members. `conference`: does not ring; has a lobby where the hosts want one. */
export type CallKind = "call" | "conference";
export type Rank = "host" | "cohost" | "member" | "guest";

/**
 * What a seat's browser encrypts with. `agree` is an ECDH P-256 public key (SPKI, base64) made for this seat alone;
 * `proof` is the device key's signature over `seatKeyText`, `spki` that device key.
 */
export interface SeatKey {
  spki: string;
  agree: string;
  proof: string;
}

/** The bytes that a device signs for its seat's key. */
export const seatKeyText = (room: RoomId, person: PersonId, device: DeviceId, agree: string): string =>
  JSON.stringify(["beep seat key v1", room, person, device, agree]);

export interface Seat {
  id: SeatId;
  person: PersonId;
  device: DeviceId;
  /** the province whose node it speaks to */
  province: Province;
  /** a guest's name; people of the directory are shown by theirs */
  name?: string;
  /** milliseconds since 1970 at which it joined */
  at: number;
  /** `away`: its socket is lost; its place is kept for half a minute */
  state: "lobby" | "in" | "away";
  rank: Rank;
  /** tracks that are sent and not muted */
  on: Track[];
  /** tracks the gateway has from it, by the name under which others ask for them; empty until its media has arrived */
  sends: Track[];
  /** grows whenever its media begins anew: what others had of it is over */
  life: number;
  /** since when its hand is up, milliseconds since 1970 */
  hand: number | null;
  /** null where its browser cannot encrypt end to end */
  key: SeatKey | null;
  recording: boolean;
  /** how its own network does, as it says itself: 0 gone, 1 poor, 2 fair, 3 good; null unknown */
  network: number | null;
}

/** What hosts decided: it follows from their orders. `version`: when the last of these was given; `by`: its signer's province. */
export interface CallRules {
  version: number;
  by: Province;
  locked: boolean;
  lobby: boolean;
  /** false where a host let in browsers that cannot encrypt end to end: then nobody does, and all see it */
  sealed: boolean;
  /** people whose rank a host changed */
  ranks: Record<PersonId, Exclude<Rank, "guest">>;
  /** a host ended it for all */
  ended: boolean;
}

export interface CallHead {
  id: CallId;
  room: RoomId;
  kind: CallKind;
  /** what it began with */
  media: "audio" | "video";
  by: PersonId;
  /** milliseconds since 1970 */
  began: number;
  rules: CallRules;
  /** from which all of this follows: how it began first, then what was ordered, and how calls that were joined to it began */
  orders?: CallOrder[];
  /** seats that are in, in all provinces that are heard */
  size: number;
  /** members who are being rung */
  ringing: PersonId[];
  /** provinces of seats that cannot be reached now: they go on by themselves */
  cut: Province[];
  /** all on one gateway, or one in each province */
  place: { mode: "one"; at: Province } | { mode: "cascade" };
}

/** How a device wants to sit down. `was` is its seat before a reload or a change of node. */
export interface Joining {
  key: SeatKey | null;
  on: Track[];
  was?: SeatId;
}

/** One stream as a subscriber asks for it. `layer` of simulcast video: 0 small, 1 middle, 2 full. */
export interface Want {
  seat: SeatId;
  track: Track;
  layer?: 0 | 1 | 2;
}

/** A key sealed to one seat; opaque to nodes. */
export interface KeyBox {
  seat: SeatId;
  box: string;
}

/** What a client asks of a call. Answered by `called` with the same ref, or by `error`. */
export type CallAct =
  /** begins a call, or joins the one that is on. `id` is minted by the client; with it the call's entry is written */
  | { do: "begin"; id: CallId; kind: CallKind; media: "audio" | "video"; lobby: boolean; seat: Joining }
  | { do: "join"; seat: Joining }
  /** comes back to its seat with a new socket of the same node; its media has gone on */
  | { do: "resume"; seat: SeatId }
  | { do: "decline"; why: "declined" | "busy" }
  | { do: "leave" }
  /** all that the seat sends; `life` as it was told. Sent again to change what is sent */
  | { do: "publish"; life: number; sdp: string; tracks: { mid: string; track: Track }[] }
  /** all that the seat wants to receive; offers come as news */
  | { do: "want"; life: number; feeds: Want[] }
  | { do: "answer"; life: number; n: number; sdp: string }
  | { do: "tracks"; on: Track[] }
  | { do: "hand"; up: boolean }
  | { do: "react"; sign: string }
  | { do: "record"; on: boolean }
  | { do: "network"; level: number }
  | { do: "keys"; epoch: number; boxes: KeyBox[] }
  // what hosts and cohosts may
  | { do: "admit"; seat: SeatId }
  | { do: "mute"; seat: SeatId | null; track: Track }
  /** asks to unmute: nobody is unmuted by another */
  | { do: "ask"; seat: SeatId; track: Track }
  /** also refuses one who waits in the lobby */
  | { do: "remove"; seat: SeatId }
  | { do: "lower"; seat: SeatId | null }
  | { do: "lock"; on: boolean }
  | { do: "lobby"; on: boolean }
  | { do: "unseal" }
  | { do: "rank"; person: PersonId; rank: "cohost" | "member" }
  | { do: "end" };

/** How a call begins: what its first order says of it. `sealed`: everybody in it encrypts end to end. */
export interface BeginOrder {
  do: "begin";
  kind: CallKind;
  media: "audio" | "video";
  lobby: boolean;
  sealed: boolean;
}

/** What decides for others in a call: it counts only as an order that a device signed. */
export type OrderedAct =
  | BeginOrder
  | Extract<
      CallAct,
      { do: "admit" | "mute" | "ask" | "remove" | "lower" | "lock" | "lobby" | "unseal" | "rank" | "end" }
    >;

export interface CallOrder {
  room: RoomId;
  /** the call; behind it those that were joined to it, for which the order holds too */
  calls: CallId[];
  /** milliseconds since 1970, and later than what its signer knew to be ordered: of two orders about one thing the later one stands */
  at: number;
  person: PersonId;
  device: DeviceId;
  act: OrderedAct;
  /** the device's key: P-256, SPKI, base64 */
  spki: string;
  /** over `callOrderText`: ECDSA with SHA-256, IEEE P1363, base64 */
  signature: string;
}

export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

export type CallAnswer =
  | { is: "seated"; seat: SeatId; life: number; ice: IceServer[] }
  | { is: "published"; sdp: string }
  | { is: "done" };

/** What happens to one seat; lost with its socket. */
export type CallNews =
  /** media begins anew, here or on another gateway: publish and want again, with this life */
  | { is: "move"; life: number; ice: IceServer[] }
  /** the receiving connection as the gateway now offers it: answer with the same n */
  | { is: "offer"; life: number; n: number; sdp: string; feeds: { mid: string; seat: SeatId; track: Track }[] }
  | { is: "speaking"; seats: SeatId[] }
  // `order`: by which it was done
  | { is: "admitted"; order?: CallOrder }
  | { is: "muted"; by: PersonId; track: Track; order?: CallOrder }
  | { is: "asked"; by: PersonId; track: Track; order?: CallOrder }
  | { is: "reacted"; seat: SeatId; sign: string }
  | { is: "keys"; from: SeatId; epoch: number; box: string }
  /** `moved`: the same person's place was taken by another device or tab */
  | { is: "over"; why: "ended" | "removed" | "refused" | "moved" | "lost"; order?: CallOrder }
  /** the call is over and this client is asked to write its note into the room */
  | { is: "note"; note: CallNote };

/** One person's presence, in milliseconds since 1970. */
export interface Attendance {
  person: PersonId;
  name?: string;
  from: number;
  to: number;
}

/** In the body of the event that began a call: that event's id is the call's id. */
export interface CallEntry {
  kind: CallKind;
  media: "audio" | "video";
}

/** One province's word on a call: who sat at its own node, from when to when, and who declined there. */
export interface NotePart {
  of: CallId;
  room: RoomId;
  province: Province;
  /** milliseconds since 1970, as this province saw it */
  began: number;
  ended: number;
  people: Attendance[];
  declined: PersonId[];
  /** over `notePartText`, with the province's key: ECDSA with SHA-256, IEEE P1363, base64 */
  signature: string;
}

/** In the body of a `note` event when a call is over. */
export interface CallNote {
  of: CallId;
  began: number;
  ended: number;
  /** first presence to last of each person; the record of attendance */
  people: Attendance[];
  declined: PersonId[];
  /** what provinces signed of it, each of its own people alone: the rest is the word of whoever wrote the event */
  parts?: NotePart[];
}

/** A conference that is planned, in the body of a message; a later one with the same `id` stands. */
export interface Meeting {
  id: EventId;
  title: string;
  agenda: string;
  /** milliseconds since 1970 */
  at: number;
  minutes: number;
  lobby: boolean;
  /** members who are asked to come; empty: all */
  invitees: PersonId[];
  cancelled: boolean;
}

/** Most seats of a call, most feeds one seat may want, most bytes of a session description. */
export const MAX_SEATS = 200;
export const MAX_VIDEOS = 25;
export const MAX_FEEDS = 64;
export const MAX_SDP = 128 * 1024;
/** Signs one may react with. */
export const REACTIONS = ["👍", "👏", "❤️", "😂", "😮", "🙏"] as const;
