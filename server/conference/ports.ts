import type { CallId, SeatId, Track } from "#protocol/call";
import type { DeviceId, PersonId, Province, RoomId } from "#protocol/ids";

/** What the conference needs of a media gateway (an SFU). Contract: testing/gateway-contract.ts, run against each implementation. */

/**
 * Where a gateway stands. Each new `life` has forgotten all that was on it before: every seat's media begins anew.
 * While only our connection to it is `lost`, media goes on.
 */
export type GatewayState =
  | { at: "down"; since: number; why: string }
  | { at: "starting"; life: number }
  | { at: "up"; life: number }
  | { at: "lost"; life: number; since: number };

/** One stream of a published feed, in the words of a gateway of another province that is to receive it. */
export interface StreamInfo {
  mid: string;
  track: Track;
  /** what the gateways tell each other of a stream; opaque to all but gateways */
  detail: Record<string, unknown>;
}

/** A publisher's streams: at most one feed per seat and life. */
export interface Feed {
  seat: SeatId;
  life: number;
  streams: StreamInfo[];
}

export interface FeedWant {
  seat: SeatId;
  life: number;
  mid: string;
  /** of simulcast video: 0 small, 1 middle, 2 full */
  layer?: 0 | 1 | 2;
}

export interface Offer {
  sdp: string;
  feeds: { mid: string; seat: SeatId; feedMid: string }[];
}

/** What a gateway says by itself of one seat. */
export type SeatEvent =
  /** its sending or receiving connection is there, or is gone */
  | { is: "media"; side: "send" | "receive"; up: boolean }
  /** its microphone began or ceased to be heard (RTP audio levels, RFC 6464; not the sound itself) */
  | { is: "speaking"; on: boolean }
  /** a feed it received is gone: the receiving connection as it is now */
  | { is: "offer"; offer: Offer }
  /** the gateway cut it off */
  | { is: "gone"; why: string };

/** One seat's media on a gateway: a sending and a receiving connection. All may throw AppError: fix (bad SDP), wait (gateway away). */
export interface GatewaySeat {
  /** Publishes, or changes what is published. Feeds appear to others once media has arrived (`media` up). */
  publish(sdp: string, tracks: readonly { mid: string; track: Track }[]): Promise<{ sdp: string; feed: Feed }>;
  /** Sets all that is received; null where no new offer is needed. */
  want(feeds: readonly FeedWant[]): Promise<Offer | null>;
  answer(sdp: string): Promise<void>;
  /** The gateway drops (or lets through) a published stream, whatever the browser sends. */
  mute(mid: string, on: boolean): Promise<void>;
  /** Ends both connections. Never throws. */
  leave(): Promise<void>;
}

export interface TrunkEnd {
  /** address of the receiving gateway */
  host: string;
  port: number;
  rtcpPort: number;
  /** SRTP on the hop, where both gateways can (absent otherwise) */
  srtp?: { suite: 32 | 80; key: string };
}

export interface SeatStats {
  /** 0 to 1, of packets from the seat */
  lossIn: number;
  /** milliseconds; null where not known yet */
  rtt: number | null;
  kbpsIn: number;
  kbpsOut: number;
}

export interface MediaGateway {
  readonly province: Province;
  state(): GatewayState;
  /** Calls back on each change. Returns the way to stop it. */
  onState(listener: (state: GatewayState) => void): () => void;
  /** Seats one; the call's room on the gateway is made when it is not there. @throws AppError wait */
  seat(call: CallId, seat: SeatId, life: number, hear: (event: SeatEvent) => void): Promise<GatewaySeat>;
  /** Frees everything of a call. Never throws. */
  close(call: CallId): Promise<void>;

  // ---- trunks: a feed of another province's gateway ----
  /** At the receiving gateway: makes room for a feed from elsewhere, in the place of any former one of that seat. */
  accept(call: CallId, feed: Feed): Promise<Omit<TrunkEnd, "host">>;
  /** At the receiving gateway: the feed is over. Never throws. */
  drop(call: CallId, seat: SeatId): Promise<void>;
  /** At the feed's own gateway: sends it to where the other accepts it. */
  forward(call: CallId, seat: SeatId, to: Province, end: TrunkEnd): Promise<void>;
  /** Never throws. */
  unforward(call: CallId, seat: SeatId, to: Province): Promise<void>;

  /** Of all seats that have media here. */
  stats(): Promise<Map<SeatId, SeatStats>>;
}

/** The quick, lossy way to the conferences of other provinces. */
export interface Peers {
  /** provinces that are there, and whether they are heard */
  links(): { province: Province; up: boolean }[];
  onLinks(listener: () => void): () => void;
  send(to: Province, message: unknown): void;
  listen(handler: (from: Province, message: unknown) => void): () => void;
}

/** What the conference must know of rooms and people; the store answers it. */
export interface Membership {
  /** rank of a member in the room, `undefined` where the person is none */
  roleOf(room: RoomId, person: PersonId): "owner" | "member" | undefined;
  membersOf(room: RoomId): readonly PersonId[];
  /** whether the person hears of what passes in the room, and takes part */
  isOpen(room: RoomId, person: PersonId): boolean;
  /** whether one person wants to hear nothing of another */
  blocks(person: PersonId, other: PersonId): boolean;
  provincesOf(room: RoomId): readonly Province[];
  kindOf(room: RoomId): "direct" | "group" | "channel" | undefined;
  provinceOf(person: PersonId): Province | undefined;
  /** whether the device was removed: it may sit nowhere any more */
  isRevoked?(device: DeviceId): boolean;
}
