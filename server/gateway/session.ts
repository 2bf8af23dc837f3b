import type { ServerWebSocket } from "bun";
import { CLOSE } from "#protocol/close";
import { type Ack, DOWN, type Down } from "#protocol/down";
import { ACK_BYTES, acksFrame, downFrame } from "#protocol/frame";
import type { DeviceId, PersonId, RoomId } from "#protocol/ids";
import { AT } from "#protocol/record";
import type { Have, KnownRooms } from "#protocol/up";
import type { Bucket, Signals } from "./limits.ts";

/** Both lists have the newest room last; what commits in their rooms meanwhile comes with the page. */
export interface Resuming {
  at: "resuming";
  /** rooms whose page is to be sent */
  todo: RoomId[];
  /** rooms that are to be described first */
  toList: RoomId[];
  have: Have;
  /** rooms whose members the client has */
  known: KnownRooms;
  blocked: boolean;
}

/** A life: opening → resuming → live → closing; closing from anywhere. */
export type State = { at: "opening"; until: number } | Resuming | { at: "live" } | { at: "closing"; code: number };

export const LIVE: State = { at: "live" };
const CLOSED = new Map<number, State>();

export type Socket = ServerWebSocket<Session>;

/**
 * A socket with this much unread must go on reading, one with four times as much is closed; one that resumes waits at the
 * lower mark. Bytes. How long a reader may take nothing, in milliseconds: the system's own buffers empty by large steps.
 */
const SLOW_BYTES = 512 * 1024;
const MOST_BYTES = 4 * SLOW_BYTES;
const STANDING_MS = 30_000;
export const FULL_BYTES = 64 * 1024;
/** Frames that wait their turn behind one that is not done: reading stops at the first, the socket closes at the second. */
const PAUSE_FRAMES = 32;
const MAX_FRAMES = 2048;
/** Bytes handed to the store and not yet on disk; above it frames wait. */
const MAX_INFLIGHT = 2 * 1024 * 1024;
const MAX_STRIKES = 10;
/** Frames that held the event loop for so long are followed by a rest: what one socket sent would else be done in one go. */
const REST_MS = 2;

/** Where a session's frames go and who is told that it has something to send. */
export interface Owner {
  take(session: Session, frame: Uint8Array): void | Promise<void>;
  wake(session: Session): void;
  failed(session: Session, error: unknown): void;
  /** Frames of the session held the event loop for so many milliseconds: settles when its next one may. */
  rest(session: Session, ms: number): Promise<void>;
  closing(session: Session): void;
}

/**
 * One signed-in socket. An idle one is this object and nothing else: queues exist only while they hold something, and
 * it owns no timer and no closure.
 */
export class Session {
  socket: Socket | undefined;
  state: State;
  frames: Bucket;
  drafts: Bucket;
  /** there once it took part in a call */
  signals: Signals | undefined;
  /** of a guest: the rooms that their client named (`Openness`) */
  named: ReadonlySet<RoomId> | undefined;
  /** there once it administered */
  affairs: Bucket | undefined;
  /** bytes of writes under way */
  inflight = 0;
  private strikes = 0;
  /** milliseconds of the event loop since the last rest */
  private worked = 0;
  /** bytes handed to the socket */
  private written = 0;
  /** there while much is unread: how much was read in all when that last grew, and when it did */
  private slow: { read: number; at: number } | undefined;
  private busy = false;
  private inbox: Uint8Array[] | undefined;
  private acks: Uint8Array[] | undefined;
  private out: Uint8Array[] | undefined;

  constructor(
    readonly owner: Owner,
    readonly person: PersonId,
    readonly device: DeviceId,
    /** when it was opened, milliseconds since 1970 */
    readonly since: number,
    /** the client's network address, for the audit log */
    readonly address = "",
  ) {
    this.state = { at: "opening", until: since + 10_000 };
    this.frames = { tokens: Number.MAX_VALUE, at: since };
    this.drafts = { tokens: Number.MAX_VALUE, at: since };
  }

  // ---- in: one frame after the other ----

  receive(frame: Uint8Array | string): void {
    if (this.state.at === "closing") return;
    if (typeof frame === "string") this.close(CLOSE.notBinary, "frames are binary");
    else if (this.mustWait()) this.keep(frame);
    else this.begin(frame);
  }

  private keep(frame: Uint8Array): void {
    this.inbox ??= [];
    this.inbox.push(frame);
    if (this.inbox.length > MAX_FRAMES) this.close(CLOSE.wait, "too many frames at once");
    else if (this.inbox.length === PAUSE_FRAMES) this.socket?.pause();
  }

  /** Counts a frame whose writes go on while later frames are begun. */
  track(work: Promise<unknown>, bytes: number): void {
    this.inflight += bytes;
    work.then(
      () => this.settled(bytes),
      (error) => {
        this.owner.failed(this, error);
        this.settled(bytes);
      },
    );
  }

  private settled(bytes: number): void {
    this.inflight -= bytes;
    if (this.inbox) this.next();
  }

  private mustWait(): boolean {
    return this.busy || this.inbox !== undefined || this.inflight >= MAX_INFLIGHT;
  }

  private begin(frame: Uint8Array): void {
    const from = performance.now();
    let work: Promise<void> | undefined;
    try {
      work = this.owner.take(this, frame) ?? undefined;
    } catch (error) {
      this.owner.failed(this, error);
    }
    this.worked += performance.now() - from;
    const { worked } = this;
    if (worked < REST_MS) {
      if (work) this.hold(work);
      return;
    }
    this.worked = 0;
    this.hold(work, this.owner.rest(this, worked));
  }

  private hold(work: Promise<void> | undefined, rest?: Promise<void>): void {
    this.busy = true;
    Promise.resolve(work)
      .catch((error) => this.owner.failed(this, error))
      .then(() => rest)
      .then(() => {
        this.busy = false;
        if (this.inbox) this.next();
      });
  }

  private next(): void {
    while (this.inbox && !this.busy && this.inflight < MAX_INFLIGHT && this.state.at !== "closing") {
      const frame = this.inbox.shift() as Uint8Array;
      if (this.inbox.length === PAUSE_FRAMES / 2) this.socket?.resume();
      if (this.inbox.length === 0) this.inbox = undefined;
      this.begin(frame);
    }
  }

  // ---- out: gathered, and written once per turn by the owner ----

  send(message: Down): void {
    this.push(downFrame(message));
  }

  /** @param frame may be shared with other sessions and is not changed */
  push(frame: Uint8Array): void {
    if (this.state.at === "closing") return;
    if (!this.out && !this.acks) this.owner.wake(this);
    this.out ??= [];
    this.out.push(frame);
  }

  /** @param record stamped, as it was committed */
  acked(record: Uint8Array): void {
    if (this.state.at === "closing") return;
    if (!this.out && !this.acks) this.owner.wake(this);
    this.acks ??= [];
    this.acks.push(record);
  }

  ackAgain(ack: Ack): void {
    this.push(acksFrame([ack]));
  }

  /** Writes what was gathered: one frame of acks, then the frames in order, as one write to the socket. */
  flush(): void {
    const { socket, acks, out } = this;
    this.acks = this.out = undefined;
    if (!socket || (!acks && !out)) return;
    if (out && (acks || out.length > 1))
      socket.cork(() => {
        if (acks) socket.sendBinary(ackFrameOf(acks));
        for (const frame of out) socket.sendBinary(frame as Uint8Array<ArrayBuffer>);
      });
    else socket.sendBinary((out?.[0] ?? ackFrameOf(acks as Uint8Array[])) as Uint8Array<ArrayBuffer>);
    this.checkReader(sizeOf(out) + (acks?.length ?? 0) * ACK_BYTES);
  }

  /** Whoever reads, however slowly, is not closed for what is large; who does not read is. */
  private checkReader(wrote: number): void {
    this.written += wrote;
    const unread = this.buffered();
    if (unread <= SLOW_BYTES) {
      this.slow = undefined;
      return;
    }
    const read = this.written - unread;
    const now = Date.now();
    if (!this.slow || read > this.slow.read) this.slow = { read, at: now };
    if (unread > MOST_BYTES || now - this.slow.at > STANDING_MS)
      this.close(CLOSE.resume, "reading too slowly: connect again and resume");
  }

  buffered(): number {
    return this.socket?.getBufferedAmount() ?? 0;
  }

  // ---- end ----

  /** The socket is gone, whoever closed it. */
  gone(): void {
    // Why this side closed it stays known.
    if (this.state.at !== "closing") this.state = { at: "closing", code: 1006 };
    this.socket = this.inbox = this.out = this.acks = undefined;
  }

  /** Counts a malformed frame; the client is told, and closed when it goes on. */
  strike(): void {
    if (++this.strikes >= MAX_STRIKES) this.close(CLOSE.fix, "too many malformed frames");
    else this.send({ t: "error", error: { code: "fix", message: "The frame is malformed." } });
  }

  /** Ends the session after what was gathered has been handed to the socket. */
  close(code: number, reason: string): void {
    if (this.state.at === "closing") return;
    const state = CLOSED.get(code) ?? { at: "closing", code };
    CLOSED.set(code, state);
    const { socket, out, acks } = this;
    this.state = state;
    this.inbox = undefined;
    if ((out || acks) && code !== CLOSE.resume) this.flush();
    this.out = this.acks = undefined;
    socket?.resume();
    socket?.close(code, reason);
    this.owner.closing(this);
  }
}

const sizeOf = (frames: readonly Uint8Array[] | undefined): number =>
  frames?.reduce((sum, frame) => sum + frame.length, 0) ?? 0;

/** An ack is the id, origin, n and stamp just as they stand in the record (SPEC.md, "Acks"). */
function ackFrameOf(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(1 + records.length * ACK_BYTES);
  frame[0] = DOWN.acks;
  let at = 1;
  for (const record of records) {
    // Byte by byte: two views for forty bytes would cost more than copying them.
    for (let i = AT.id; i < AT.room; i++) frame[at++] = record[i] as number;
    for (let i = AT.origin; i < AT.stamp + 8; i++) frame[at++] = record[i] as number;
  }
  return frame;
}
