import type { CallHead, CallKind, Meeting, Rank, SeatId, Track } from "#protocol/call";
import type { PersonId, RoomId } from "#protocol/ids";
import type { ReadonlySignal } from "@preact/signals-core";

/** What the view may know of calls, and ask of them. All state is signals. Rejections carry words that can be shown. */
export interface Calls {
  /** calls that are on, by room */
  heads: ReadonlySignal<ReadonlyMap<RoomId, CallHead>>;
  /** the call that rings on this device now (not one that was declined or accepted elsewhere), oldest first */
  ringing: ReadonlySignal<CallHead | null>;
  /** the call this device sits in, or is about to */
  current: ReadonlySignal<CurrentCall | null>;
  /** Begins a call in the room, or joins the one that is on; asks for microphone and camera. */
  begin(room: RoomId, choice: CallChoice): Promise<void>;
  join(room: RoomId, choice: Pick<CallChoice, "mic" | "camera">): Promise<void>;
  decline(room: RoomId, why: "declined" | "busy"): void;
  /** plans a conference, or changes the plan of the same id */
  plan(room: RoomId, meeting: Meeting): void;
  /** a preview for the join page; ask again to change devices, `stop` when done */
  preview(choice: { mic: boolean; camera: boolean }): Promise<Preview>;
  devices: Devices;
  /** Figures of the present call; null where there is none. For the details of the connection, and for tests. */
  stats(): Promise<CallStats | null>;
}

/** What the connections of a call have carried since they began. Bytes are of RTP payload, times in milliseconds. */
export interface CallStats {
  seat: SeatId;
  life: number;
  ladder: Ladder;
  /** round trip to the gateway; null while it is not known */
  rtt: number | null;
  /** kb/s that the browser thinks the way out bears */
  available: number | null;
  sent: {
    track: Track;
    layer: string;
    bytes: number;
    packets: number;
    frames: number;
    width: number;
    height: number;
  }[];
  received: {
    seat: SeatId;
    track: Track;
    bytes: number;
    packets: number;
    lost: number;
    /** video frames decoded; of audio 0 */
    frames: number;
    width: number;
    height: number;
    /** sound heard so far, as getStats says it (totalAudioEnergy) */
    energy: number;
    /** sound played so far, in samples, and how many of these were made up for what was lost; of video 0 */
    samples: number;
    concealed: number;
  }[];
  /** frames that went through encryption: sealed, opened, not opened by the key they name, of another seat than the line is for, of a key that is not here */
  seal: { sealed: number; opened: number; wrong: number; astray: number; keyless: number };
}

export interface CallChoice {
  kind: CallKind;
  media: "audio" | "video";
  lobby: boolean;
  /** whether they are on from the start */
  mic: boolean;
  camera: boolean;
}

export interface Preview {
  /** null where the person or the machine gives none */
  stream: MediaStream | null;
  /** loudness of the microphone, 0 to 1 */
  level: ReadonlySignal<number>;
  /** words for what is missing: "no microphone", "not allowed" */
  trouble: ReadonlySignal<"none" | "denied" | "missing" | "busy" | "insecure">;
  stop(): void;
}

export interface Devices {
  list: ReadonlySignal<{ id: string; kind: "mic" | "camera" | "speaker"; label: string }[]>;
  chosen: ReadonlySignal<{ mic: string | null; camera: string | null; speaker: string | null }>;
  choose(kind: "mic" | "camera" | "speaker", id: string): Promise<void>;
  /** front and back of a phone */
  flip(): Promise<void>;
}

/** From asking to hanging up. */
export type CallPhase =
  | { at: "joining" }
  | { at: "lobby"; since: number }
  /** nobody else is there yet; `rings`: members are being rung */
  | { at: "alone"; rings: boolean }
  | { at: "talking" }
  /** the node or the gateway is being found again */
  | { at: "returning"; since: number }
  | { at: "over"; why: "left" | "ended" | "removed" | "refused" | "moved" | "lost" | "declined" | "unanswered" };

/** Why the picture is as it is: said to the person whenever it is not `full`. */
export type Ladder = { step: "full" | "low" | "audio"; why: "none" | "network" | "saver" | "machine" };

export interface Face {
  seat: SeatId;
  person: PersonId;
  /** a guest's name */
  name: string | null;
  mine: boolean;
  rank: Rank;
  state: "in" | "away" | "lobby";
  on: ReadonlySet<Track>;
  hand: number | null;
  speaking: boolean;
  recording: boolean;
  /** 0 gone, 1 poor, 2 fair, 3 good; null unknown */
  network: number | null;
  /** null while nothing of it arrives */
  camera: MediaStream | null;
  screen: MediaStream | null;
  /** its key is here, or none is needed */
  readable: boolean;
}

export interface CurrentCall {
  room: RoomId;
  /** milliseconds since 1970 by the node's clock, by which the call's own times are told */
  now(): number;
  head: ReadonlySignal<CallHead>;
  phase: ReadonlySignal<CallPhase>;
  /** everyone in the call, oneself first, then in order of coming; those in the lobby too where one may admit */
  faces: ReadonlySignal<Face[]>;
  /** who spoke last, newest first; oneself is not among them */
  speakers: ReadonlySignal<SeatId[]>;
  /** one's own rank */
  rank: ReadonlySignal<Rank>;
  on: ReadonlySignal<ReadonlySet<Track>>;
  ladder: ReadonlySignal<Ladder>;
  saver: ReadonlySignal<boolean>;
  /** end to end encrypted now, on its way to be, not possible here, given up for the call by a host and here, or not yet here */
  seal: ReadonlySignal<"sealed" | "sealing" | "impossible" | "open" | "asked">;
  /** who gave up encryption for the call, while this device goes on encrypting until its person says yes */
  clearAsked: ReadonlySignal<PersonId | null>;
  /** the person's yes: from now on this device sends in the clear in this call */
  agreeClear(): void;
  /** 24 digits that are the same for all who have the same keys; "" until they are there */
  code: ReadonlySignal<string>;
  /** short-lived things to show: newest last */
  events: ReadonlySignal<CallEvent[]>;

  mic(on: boolean): Promise<void>;
  camera(on: boolean): Promise<void>;
  /** shares a screen or window, with its sound where the browser gives it */
  share(on: boolean): Promise<void>;
  saving(on: boolean): void;
  hand(up: boolean): void;
  react(sign: string): void;
  record(on: boolean): void;
  /** Which videos are on screen, and how large: the rest is not fetched. Audio needs no asking. */
  show(wants: readonly { seat: SeatId; track: "camera" | "screen"; size: "small" | "middle" | "full" }[]): void;
  // hosts
  admit(seat: SeatId): void;
  refuse(seat: SeatId): void;
  mute(seat: SeatId | null): void;
  askToSpeak(seat: SeatId): void;
  remove(seat: SeatId): void;
  lower(seat: SeatId | null): void;
  lock(on: boolean): void;
  lobby(on: boolean): void;
  unseal(): void;
  promote(person: PersonId, rank: "cohost" | "member"): void;
  endForAll(): void;
  leave(): void;
}

export type CallEvent = { id: number; at: number } & (
  | { is: "reacted"; seat: SeatId; sign: string }
  | { is: "muted"; by: PersonId }
  | { is: "asked"; by: PersonId }
  | { is: "came"; person: PersonId }
  | { is: "went"; person: PersonId }
  | { is: "recording"; person: PersonId; on: boolean }
  /** `cause`: the error, where there is one: it tells what to say in another language */
  | { is: "failed"; text: string; cause?: unknown }
);
