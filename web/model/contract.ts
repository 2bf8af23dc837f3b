import type { CallEntry, CallNote, Meeting } from "#protocol/call";
import type { Grant, Person, PostCard, PostId } from "#protocol/directory";
import type { Link } from "#protocol/down";
import type { DeviceId, EventId, Origin, PersonId, Province, RoomId } from "#protocol/ids";
import type { Notice } from "#protocol/notice";
import type { ControlOp, HistoryPolicy, Member, Role, RoomKind } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import type { ReadonlySignal, Signal } from "@preact/signals-core";
import type { Calls } from "../call/contract.ts";
import type { Enrolled } from "../net/api.ts";
import type { Answer, Ask } from "../net/wire.ts";
import type { Platform } from "../platform/ports.ts";

/** What the view (and the headless client) may know of the model, and ask of it. All state is signals; all calls are safe offline. */

export interface ProvinceInfo {
  code: Province;
  name: { en: string; ur: string };
  nodes: string[];
  /** its public key, as one's own province signed it */
  key?: string;
}

/**
 * Where the client stands with the nodes. `away`: on a node of another province than one's own. `place`: the node is
 * crowded, and so many come before this client; it comes in by itself.
 */
export type Connection =
  | { state: "connecting"; since: number }
  | { state: "online"; node: string; province: Province; away: boolean; current: boolean; since: number }
  | { state: "offline"; since: number; retryAt: number; place?: number | undefined }
  | { state: "update"; since: number };

/**
 * How far a message of one's own has come, weakest first. `crossed`: stored in every province that has members;
 * `delivered` and `read`: by every other member (the detail tells who).
 */
export type Stage = "waiting" | "stored" | "crossed" | "delivered" | "read" | "refused";

export interface TimelineItem {
  id: EventId;
  room: RoomId;
  sender: PersonId;
  mine: boolean;
  /** milliseconds since 1970 */
  at: number;
  stamp: Stamp;
  origin: Origin | null;
  n: number;
  /** `waiting` events have no place yet and stand at the end */
  content:
    | { kind: "text"; text: string }
    /** of a post that passed on also who came and who went */
    | { kind: "change"; change: ControlOp; came?: PersonId[]; went?: PersonId[] }
    /** a call that began here; with its note once it is over and one is loaded, and with all that were written (R60) */
    | { kind: "call"; call: CallEntry; note: CallNote | null; notes?: CallNote[] }
    /** the newest plan of a conference stands at its first message */
    | { kind: "meeting"; meeting: Meeting }
    | { kind: "unknown" };
  /** on own messages only */
  stage?: Stage;
  /** words for a refused message */
  refusal?: string;
}

/** What the list of rooms can tell in words of its own. */
export type Previewed = Extract<TimelineItem["content"], { kind: "call" | "meeting" }>;

/** Who has one's message: for the tap on its stage. */
export interface StageDetail {
  provinces: { province: Province; stored: boolean; cutOffSince: number | null }[];
  people: { person: PersonId; stage: "sent" | "delivered" | "read" }[];
}

export interface RoomItem {
  id: RoomId;
  kind: RoomKind;
  name: string;
  /** the other person of a direct room, or of one with a post that one person holds */
  other: PersonId | null;
  /** of a room of kind `post`, whoever holds it now */
  post: PostId | null;
  /** posts that have a place in the room, vacant ones too */
  places: PostId[];
  /** of a room of kind `post` in which oneself sits for the post: who writes to it */
  writer: PersonId | null;
  home: Province;
  history: HistoryPolicy;
  provinces: Province[];
  size: number;
  role: Role;
  /** may this person write here (in a channel only owners may) */
  writable: boolean;
  unread: number;
  latest: number;
  /** `text` says it in words where `content`, which is there for calls and plans, is not put into better ones */
  preview: { sender: PersonId; text: string; mine: boolean; stage?: Stage; content?: Previewed } | null;
  typing: PersonId[];
  /** a change that waits for the room's home province */
  waitingFor: Province | null;
  /** this node does not hold the room (signed in away from home): shown from the cache, sends wait */
  elsewhere: boolean;
}

export interface Timeline {
  room: RoomId;
  /** in the room's order, oldest first, contiguous; own waiting messages last */
  items: ReadonlySignal<TimelineItem[]>;
  /** older events exist that are not loaded */
  more: ReadonlySignal<boolean>;
  loading: ReadonlySignal<boolean>;
  /** nothing older can be had as things stand: it is not worth asking again before something changes */
  stalled: ReadonlySignal<boolean>;
  loadOlder(): Promise<void>;
  members: ReadonlySignal<Member[]>;
  detail(id: EventId): StageDetail;
  /** first unread item when the timeline was opened, for the divider */
  firstUnread: ReadonlySignal<EventId | null>;
  /** call when the newest items are on screen and the page is visible */
  read(): void;
  close(): void;
}

/** What a search of the directory answers, best first. */
export interface Found {
  people: Person[];
  posts: PostCard[];
}

/** A way of coming in with a device's new public key (SPKI, base64) at a node's address: by code, passkey, PIN, an older device … */
export type Obtain = (node: string, key: string, label: string) => Promise<Enrolled>;

export interface AppModel {
  phase: ReadonlySignal<"starting" | "sign-in" | "ready">;
  me: ReadonlySignal<Person | null>;
  connection: ReadonlySignal<Connection>;
  provinces: ReadonlySignal<ProvinceInfo[]>;
  /** the other provinces as the present node sees them */
  links: ReadonlySignal<Link[]>;
  /** newest first */
  rooms: ReadonlySignal<RoomItem[]>;
  online: ReadonlySignal<ReadonlySet<PersonId>>;
  /** own messages not yet stored on any node */
  outbox: ReadonlySignal<number>;
  /** a short sentence to announce (a refusal, storage trouble), or null; `dismiss` clears it */
  notice: ReadonlySignal<{ code: string; text: string } | null>;
  dismiss(): void;
  /** what happened to one's own access and is to be looked at: changes made on other devices, invitations; see access.ts */
  access: Signal<readonly Notice[]>;
  readonly platform: Pick<Platform, "vault">;
  /** the person's card: at once when cached, else asked for and filled in */
  person(id: PersonId): ReadonlySignal<Person | undefined>;
  /** the photo with the hash that the person's card names, as an address; null where it cannot be had now */
  photo(id: PersonId, hash: string): Promise<string | null>;
  /** the person's roles of administration, as the node said last */
  roles: ReadonlySignal<Grant[]>;
  /** rooms that wait to be accepted or declined, up to 100 */
  contacts: ReadonlySignal<number>;
  /** this device's id; null where nobody is signed in */
  readonly device: DeviceId | null;
  /** how far the node's clock is ahead of the machine's, milliseconds */
  readonly skew: number;
  /** Asks the node directly; for parts that load on demand (administration, one's own affairs). Rejects with a Refusal. */
  request(ask: Ask): Promise<Answer>;
  /** Signs with this device's key: ECDSA P-256, SHA-256, IEEE P1363, base64. */
  sign(text: string): Promise<string>;
  /** Makes a new device key and signs in with what `obtain` brings for it. Rejects as `obtain` does. */
  enter(obtain: Obtain): Promise<void>;
  /** Rejects with an Error whose message can be shown. */
  signIn(code: string): Promise<void>;
  signOut(): Promise<void>;
  open(room: RoomId): Timeline;
  send(room: RoomId, text: string): EventId;
  /** takes a message back that is still waiting here or was refused; false when it is too late */
  discard(id: EventId): Promise<boolean>;
  typing(room: RoomId, on: boolean): void;
  find(text: string): Promise<Person[]>;
  search(text: string): Promise<Found>;
  /** the post's card, as `person` */
  post(id: PostId): ReadonlySignal<PostCard | undefined>;
  /**
   * An existing direct room with the person, or one with the post (`kind` post), is opened, not doubled. Rejects with a
   * Refusal; what was begun is gone then.
   * @param begun called as soon as a room with one person or post can be shown and written in, before any node has
   * answered: while the former one still stood there, the next words would go to others than they are meant for
   */
  createRoom(
    room: {
      kind: RoomKind;
      name: string;
      history: HistoryPolicy;
      members: PersonId[];
      /** the one of a room of kind `post`; in others those that have a place */
      posts?: PostId[];
    },
    begun?: (room: RoomId) => void,
  ): Promise<RoomId>;
  change(room: RoomId, change: Exclude<ControlOp, { op: "create" }>): Promise<void>;
  /** null where this client makes no calls */
  calls: Calls | null;
  start(): Promise<void>;
  stop(): Promise<void>;
}
