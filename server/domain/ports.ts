import type { Device, Entry, Person, PostId } from "#protocol/directory";
import type { Ack } from "#protocol/down";
import type { DeviceId, EventId, Origin, PersonId, Province, RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { Notice } from "#protocol/notice";
import type { ControlRequest, Head, HistoryPolicy, Member, PostPlace, RoomKind } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import type { Opening, OriginHead } from "./again.ts";
import type { SignedFrame, SignedHead } from "./signed-heads.ts";
import type { Tables, TablesTx } from "./tables.ts";

/**
 * A room as this node knows it. `provinces` follows from `members`, and holds the home of a room of kind `post`; both are
 * read only.
 */
export interface Room {
  id: RoomId;
  kind: RoomKind;
  name: string;
  home: Province;
  history: HistoryPolicy;
  cseq: number;
  /** posts that have a place in it; absent where there are none */
  posts?: readonly PostPlace[];
  members: ReadonlyMap<PersonId, Member>;
  provinces: readonly Province[];
  /** of this province's people, those to whom the room is not, or not yet, one of theirs; absent where there are none */
  contacts?: ReadonlyMap<PersonId, FirstContact>;
}

/** What the home of a room says of it; all else follows, or is this node's own. */
export type RoomShape = Omit<Room, "members" | "provinces" | "contacts">;

/**
 * How a person of this province stands to a room that did not become theirs by itself (R190). `begun`: they asked for it
 * here, and its home, which is elsewhere, has not made it yet.
 */
export interface FirstContact {
  /** who began the room or added the person; zeroes where that is not known */
  by: PersonId;
  /** of the change that made them a member */
  at: Stamp;
  state: "asked" | "declined" | "begun";
}

/** Since when a person might write in a room, and until when: absent while they may. By the home's stamps. */
export interface Writer {
  person: PersonId;
  province: Province;
  since: Stamp;
  until?: Stamp;
}
export type Writers = ReadonlyMap<PersonId, Writer>;

/** A head with the rolling hash over the records base+1 … n: two replicas that agree on n agree on it (16 hex digits). */
export interface HashedHead extends Head {
  hash: string;
}

/** What one group commit changed; given to listeners after it is on disk, in commit order. */
export interface Committed {
  /** stamped records, in the order they were written */
  records: readonly Uint8Array[];
  marks: readonly Mark[];
  /** rooms whose name or membership changed */
  rooms: readonly RoomId[];
  /** rooms of which stored records came to be shown, or are shown no longer */
  reviewed: readonly RoomId[];
  /** people who ceased to be members */
  left: readonly { room: RoomId; person: PersonId }[];
  /** devices that were put or revoked */
  devices: readonly DeviceId[];
  /** directory entries that were put, devices among them */
  entries: readonly Entry[];
  /** rooms that a person sees from now on, or does not see any longer, or is asked about */
  regarded: readonly { room: RoomId; person: PersonId }[];
  /** what people are to be told of their own access */
  notices: readonly { person: PersonId; notice: Notice }[];
}

/** What is counted by the day: rooms begun, places in rooms given to others. */
export type DayCounted = "rooms" | "members";

/** An own event that some province is not yet known to have. `pos` grows within a file; order is commit order. */
export interface OutboxRow {
  pos: number;
  dest: Province;
  record: Uint8Array;
}

/** A mark of this province with the version under which it is sent to the others; versions grow within a file. */
export interface VersionedMark extends Mark {
  version: number;
}

/**
 * How a record takes its place. `withheld`: it is shown when a review believes it; `refused`: never; of both readers get
 * blanks. `instead`: it stands for its id, and the record that stood for it is refused.
 */
export type HowApplied = "shown" | "withheld" | "refused" | "instead";

/** Inside one transaction. Every call is synchronous and the job may not return a promise. */
export interface Tx {
  room(id: RoomId): Room | undefined;
  find(room: RoomId, id: EventId): Ack | undefined;
  head(room: RoomId, origin: Origin): HashedHead;
  /**
   * Appends an own event: stamps origin, n and stamp into the record in place, moves the head (and this province's
   * stored mark with it), and leaves an outbox row for each destination. The id must be new in the room (see `find`).
   */
  append(record: Uint8Array, stamp: Stamp, dests: readonly Province[]): Ack;
  /** Applies another origin's record: only the next n is taken; `gap` and `duplicate` change nothing. */
  apply(record: Uint8Array, how?: HowApplied): "applied" | "duplicate" | "gap";
  /**
   * Takes the next record of an earlier life's own log, which another province brought back, proven; with outbox rows for
   * those of `dests` that are not known to have it.
   */
  takeBack(record: Uint8Array, how: Exclude<HowApplied, "instead">, dests: readonly Province[]): void;
  /** Keeps a head of another province's log that it signed, where the log is that very one here and goes so far. */
  keepSigned(room: RoomId, origin: Origin, head: SignedHead): void;
  /** The record that stands for an id. */
  standing(room: RoomId, id: EventId): Uint8Array | undefined;
  /** Refuses the record that stands for an id. */
  refuse(room: RoomId, id: EventId): void;
  /** Stamp of the newest event of an origin; 0 where there is none. */
  newest(room: RoomId, origin: Origin): Stamp;
  writers(room: RoomId): Writers;
  putWriters(room: RoomId, writers: readonly Writer[]): void;
  /**
   * Judges anew what is withheld in a room, and what stands there with a stamp after `after`, but for control events. Its
   * home has changed who may write.
   */
  review(room: RoomId, after: Stamp, isBelieved: (record: Uint8Array) => boolean): void;
  /** Begins an origin's log behind `base`, where history policy withholds what came before; with what its origin says of that. */
  rebase(room: RoomId, origin: Origin, base: number, hash: string, digest?: string): void;
  /** Sets a room's state; members are changed by `putMembers` and `removeMembers`. */
  putRoom(room: RoomShape): void;
  putMembers(room: RoomId, members: readonly Member[]): void;
  removeMembers(room: RoomId, people: readonly PersonId[]): void;
  contact(room: RoomId, person: PersonId): FirstContact | undefined;
  /** Undefined takes it away: the room is one of theirs. */
  putContact(room: RoomId, person: PersonId, contact: FirstContact | undefined): void;
  /** The person's sessions are told anew of these rooms, whether or not they are in the job's file. */
  regard(person: PersonId, rooms: readonly RoomId[]): void;
  /**
   * A province came into the room: its base for each own origin is the last event stamped before `from`
   * (0 for the whole room), and outbox rows for all later own events are added. Their positions may lie behind what
   * was published: the province fetches them, and its stored mark removes them.
   */
  grant(room: RoomId, dest: Province, from: Stamp): void;
  /**
   * Merges marks by maximum and returns those that moved. `local` ones were made at this node and get a version;
   * a stored mark of another province also removes its outbox rows up to n.
   */
  mark(marks: readonly Mark[], local: boolean): Mark[];
  /**
   * Whether what a province claims to have stored of an own origin is this node's log: not more than the present life has
   * written, and by the same records, where it tells the rolling hash. False means that this folder has forgotten
   * something, or that the province does not say the truth.
   */
  agrees(stored: Mark, hash: string | undefined): boolean;
  setCursor(name: string, value: number): void;
  putPerson(person: Person): void;
  putDevice(device: Device): void;
  /** Counts what a person did on a day (UTC, days since 1970), in the room's own file; what former days hold is forgotten. */
  countToday(room: RoomId, day: number, person: PersonId, what: DayCounted, n: number): void;
  /** The person saw a stranger's card; for jobs of DIRECTORY_ROOM. */
  sawToday(day: number, person: PersonId, whom: PersonId): void;
  /** The person's sessions are told once this is committed. */
  tell(person: PersonId, notice: Notice): void;
  /** Kept in the job's own file: a request is put and dropped through the same room, DIRECTORY_ROOM as a rule. */
  putRequest(request: ControlRequest): void;
  dropRequest(id: EventId): void;
  /** for jobs of DIRECTORY_ROOM */
  readonly tables: TablesTx;
}

/** Files of the store by index; `directory` is the last one. */
export interface Store {
  readonly province: Province;
  /** under which own events are numbered; another one after `renew` */
  readonly origin: Origin;
  readonly files: number;
  /**
   * Begins a new life at once, between two commits. Own events of earlier lives that some province is not known to have
   * are taken out of their logs and said again under the new origin. Where it fails, own events are refused with `wait`
   * until it was called again and came to its end.
   */
  renew(opening: Opening): void;
  fileOf(room: RoomId): number;

  room(id: RoomId): Room | undefined;
  roomsOf(person: PersonId): readonly RoomId[];
  /** Rooms about which the person is asked and has not answered, in no order. */
  contactsOf(person: PersonId): readonly RoomId[];
  /** Every room that has a member in the province, or a post of which it is the home. */
  roomsWith(province: Province): readonly RoomId[];
  /** Rooms in which the post has a place, held or vacant. */
  roomsWithPost(post: PostId): readonly RoomId[];
  /** Posts that have a place in any room, behind `after`. */
  postsPlaced(after: PostId, limit: number): PostId[];
  heads(room: RoomId): ReadonlyMap<Origin, HashedHead>;
  writers(room: RoomId): Writers;
  /** What is here of one origin, in all rooms of a file behind `after`, by room. */
  headsOf(file: number, origin: Origin, after: RoomId, limit: number): OriginHead[];
  /** Every life of a province that wrote anything which is here. */
  originsOf(province: Province): Origin[];
  /** The digest of a log's records up to its head, or computed anew up to n. */
  digest(room: RoomId, origin: Origin, n?: number): string;
  /** The newest head of another province's log that it signed, and that is kept here. */
  signedHead(room: RoomId, origin: Origin): SignedHead | undefined;
  find(room: RoomId, id: EventId): Ack | undefined;
  /**
   * Events of that id which the person sent, stamped, whatever their room. An id is one person's in one room in earnest:
   * of eight that share it no more are looked at.
   */
  sentBy(person: PersonId, id: EventId): Uint8Array[];
  /**
   * The newest records below `before` (exclusive n per origin; an absent origin is read from its end), merged by
   * place, newest first, with blanks as in `shown`. Records stamped before `since` are left out.
   */
  page(
    room: RoomId,
    before: Readonly<Record<Origin, number>>,
    limit: number,
    since: Stamp,
  ): { records: Uint8Array[]; more: boolean };
  /** As `range`, for readers: blanks where a record is withheld or refused. */
  shown(room: RoomId, origin: Origin, after: number, upto: number, bytes: number): Uint8Array[];
  /** Records with after < n ≤ upto of one origin as they were written, ascending, as many as fit in `bytes` (at least one). */
  range(room: RoomId, origin: Origin, after: number, upto: number, bytes: number): Uint8Array[];
  /** The base that `grant` set for a province, 0 if none. */
  baseFor(room: RoomId, origin: Origin, dest: Province): number;
  /** The rolling hash at n, computed anew from the origin's base; for the rare case that a log is begun elsewhere at n. */
  hashAt(room: RoomId, origin: Origin, n: number): string;
  marks(room: RoomId, holder?: PersonId | Province): Mark[];
  /** Messages of others beyond the person's read marks, counted up to 100. */
  unread(room: RoomId, person: PersonId): number;
  latest(room: RoomId): Stamp;
  /** Newest stamp of any own event, to restore the clock. */
  newestStamp(): Stamp;

  outbox(file: number, after: number, limit: number): OutboxRow[];
  /** Outbox rows per destination, over all files. */
  waiting(): Record<Province, number>;
  /** the same without the directory's: what people know as theirs */
  waitingInRooms(): Record<Province, number>;
  /**
   * Own marks with version > after, by version: of rooms that have a member in `dest`, of the directory, and stored
   * marks for what `dest` itself wrote, even after its last member left. At most `limit` are looked at, whether or not
   * `dest` may hear of them; `more` says that there are some behind `upto`.
   */
  marksSince(
    file: number,
    dest: Province,
    after: number,
    limit: number,
  ): { marks: VersionedMark[]; upto: number; more: boolean };
  cursor(file: number, name: string): number;
  /** What a person did on a day, over all files. */
  countedOn(day: number, person: PersonId, what: DayCounted): number;
  /** Whose cards a person saw on a day without sharing a room with them. */
  seenOn(day: number, person: PersonId): PersonId[];
  requests(): ControlRequest[];
  request(id: EventId): ControlRequest | undefined;

  person(id: PersonId): Person | undefined;
  search(text: string, limit: number): Person[];
  /** People of one province, for presence and seeding. */
  peopleOf(province: Province): Person[];
  device(id: DeviceId): Device | undefined;
  devicesOf(person: PersonId): Device[];
  readonly tables: Tables;
  readonly secrets: Secrets;

  /** Queues a job for the next group commit of the file that holds the room; settles after the commit is on disk. */
  write<T>(room: RoomId, job: (tx: Tx) => NotPromise<T>): Promise<T>;
  /** Calls the listener after each commit, before the writers' promises settle. Returns the way to stop it. */
  onCommit(listener: (committed: Committed) => void): () => void;
  /** Settles when all that was queued is on disk, then closes; later writes are refused with `wait`. */
  close(): Promise<void>;
}

export type NotPromise<T> = T extends PromiseLike<unknown> ? never : T;

/** One message of the replicated log: records of one destination and one shard, as one group commit left them. */
export interface LogFrame {
  dest: Province;
  shard: number;
  /** the file whose outbox they come from and the position of the last row in it */
  file: number;
  last: number;
  bytes: Uint8Array;
  /** the logs that go out whole with it */
  signed?: SignedFrame;
}

/** A frame as it comes in. What is said to be signed is as it came. */
export interface InboundFrame {
  life: number;
  seq: number;
  bytes: Uint8Array;
  signed?: unknown;
}

/** The durable, ordered way between provinces. */
export interface ChangeLog {
  /** Appends all frames or none, in order; settles when they are on this province's disk. Rejects only when stopped. */
  append(frames: readonly LogFrame[]): Promise<void>;
  /** `last` of the newest frame of that file in the log; 0 where the log has none. */
  published(file: number): Promise<number>;
  /**
   * Brings a province's frames for us in order, beginning behind `after`; the next one comes when the handler's promise
   * settles. `seq` grows; it starts again under another `life` when the inbox was lost.
   */
  subscribe(
    from: Province,
    after: { life: number; seq: number },
    handler: (frame: InboundFrame) => Promise<void>,
  ): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The quick, lossy way between provinces, for what is repeated or may be lost. Ordered while the link holds. */
export interface PeerChannel {
  /** Messages of up to 512 KiB; dropped while the link is down. */
  send(to: Province, bytes: Uint8Array): void;
  listen(handler: (from: Province, bytes: Uint8Array) => void): void;
}

/** Checks a device's signature: P-256 SPKI base64 key, IEEE P1363 signature base64, SHA-256. */
export type VerifySignature = (key: string, text: string, signature: string) => Promise<boolean>;

/** The same at once, for what is judged inside a transaction. */
export type VerifyNow = (key: string, text: string, signature: string) => boolean;

/** Signs with the province's key. */
export interface Signer {
  /** P-256 public key, SPKI, base64 */
  readonly key: string;
  /** ECDSA with SHA-256, IEEE P1363 form, base64 */
  sign(text: string): string;
}

/** Texts that a data folder keeps to itself: in every backup of it, and never replicated. */
export interface Secrets {
  get(name: string): string | undefined;
  /** on disk when it returns; not to be called inside a transaction */
  set(name: string, text: string): void;
}
