import { pageFrame } from "#protocol/frame";
import type { PersonId, RoomId } from "#protocol/ids";
import type { RoomSummary } from "#protocol/room";
import type { Have, Hello } from "#protocol/up";
import { isHidden } from "../domain/claim.ts";
import type { Store } from "../domain/ports.ts";
import type { Reading } from "../domain/reading.ts";
import { FULL_BYTES, LIVE, type Resuming, type Session } from "./session.ts";

/** Records of one page that a resume sends, and how large a page may be. */
const RESUME_PAGE = 50;
const PAGE_BYTES = 128 * 1024;
/** Rooms that are described in one frame: some fifty kilobytes where they are large. */
export const LISTED = 16;
/** Further rooms of more people than this are described without them: a client asks for them when it shows the room. */
const NAMED = 12;
/** Members whom a welcome in one piece names; of further rooms it names the person alone, as of large ones (R8). */
const MOST_NAMED = 1500;
/** How long resumes may hold the event loop in one turn, in milliseconds. */
const TURN_MS = 2;

/**
 * Resumes sessions a room at a time, newest room first, and gives way to live traffic between turns: thousands of
 * clients that come back at once do not stop those who are there. A client that does not read is left aside until it
 * does.
 */
export class ResumeQueue {
  /** sessions to welcome, and sessions with rooms to send */
  private waiting: (Session | (() => void))[] = [];
  private scheduled = false;

  constructor(
    private readonly store: Store,
    private readonly reading: Reading,
    private readonly done: (session: Session) => void,
    private readonly failed: (session: Session, error: unknown) => void,
  ) {}

  /** Runs a welcome when its turn has come; settles then. */
  admit(welcome: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.enqueue(() => {
        try {
          resolve(welcome());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** @param rooms all rooms of the person, newest first, of which the first `listed` are described already */
  begin(session: Session, rooms: readonly RoomId[], listed: number, { have, rooms: known = {} }: Hello): void {
    const own = new Set(rooms);
    const had: Have = {};
    for (const [room, vector] of Object.entries(have)) {
      if (own.has(room)) had[room] = vector;
      else if (this.isOver(session, room, vector)) session.send({ t: "left", room });
    }
    const todo = rooms.slice(0, listed).reverse();
    session.state = { at: "resuming", todo, toList: rooms.slice(listed).reverse(), have: had, known, blocked: false };
    this.enqueue(session);
  }

  /** The session's socket has room again. */
  drained(session: Session): void {
    if (session.state.at !== "resuming" || !session.state.blocked) return;
    session.state.blocked = false;
    this.enqueue(session);
  }

  /**
   * Whether a membership has ended. Of a room that is not here, or of which the client has seen more than this node,
   * the node cannot say so: it may merely not have heard yet that the person came in.
   */
  private isOver(session: Session, id: RoomId, seen: Readonly<Record<string, number>>): boolean {
    const room = this.store.room(id);
    // Nobody leaves a conversation of two: to others it is as though it were not here.
    if (!room || isHidden(room, session.person, this.store)) return false;
    // Whoever hid it on another device has it on none.
    if (room.members.has(session.person)) return !this.reading.canSee(session.person, id);
    const heads = this.store.heads(id);
    return Object.entries(seen).every(([origin, n]) => n <= (heads.get(origin)?.n ?? 0));
  }

  private enqueue(work: Session | (() => void)): void {
    this.waiting.push(work);
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.turn();
    });
  }

  private turn(): void {
    const until = performance.now() + TURN_MS;
    const now = this.waiting;
    this.waiting = [];
    let at = 0;
    while (at < now.length && performance.now() < until) {
      const work = now[at] as Session | (() => void);
      if (typeof work === "function") work();
      // One after the other: if all went on together, all would be current only at the end.
      else if (this.goesOn(work)) continue;
      at++;
    }
    // Who was welcomed in this turn comes before those who are still to be.
    this.waiting.push(...now.slice(at));
    if (this.waiting.length > 0) this.schedule();
  }

  private goesOn(session: Session): boolean {
    try {
      return this.step(session);
    } catch (error) {
      this.failed(session, error);
      return session.state.at === "resuming";
    }
  }

  /** Describes the next rooms; their pages follow. */
  private list(session: Session, state: Resuming): void {
    const some = state.toList.splice(-LISTED).filter((room) => this.reading.canSee(session.person, room));
    const rooms = some
      .map((room) => this.reading.summary(session.person, room, state.known[room]))
      .map((room) => (room.members.length > NAMED ? onlySelf(room, session.person) : room))
      .reverse();
    if (rooms.length > 0) session.send({ t: "rooms", rooms });
    state.todo = some;
  }

  /** One room of one session; true where more is to do now. */
  private step(session: Session): boolean {
    const { state } = session;
    if (state.at !== "resuming") return false;
    if (session.buffered() > FULL_BYTES) {
      state.blocked = true;
      return false;
    }
    const room = state.todo.pop();
    if (room !== undefined) {
      if (this.reading.canSee(session.person, room)) sendMissing(this.reading, session, room, state.have[room]);
      session.flush();
      return true;
    }
    if (state.toList.length > 0) {
      this.list(session, state);
      session.flush();
      return true;
    }
    session.state = LIVE;
    session.send({ t: "current" });
    this.done(session);
    return false;
  }
}

/** As rooms of many are described: of the members the person alone (R8). */
const onlySelf = (room: RoomSummary, person: PersonId): RoomSummary => ({
  ...room,
  members: room.members.filter((member) => member.person === person),
});

/** An older client gets all rooms in one frame, which must not be more than its line carries. */
export function lightened(rooms: readonly RoomSummary[], person: PersonId): RoomSummary[] {
  let named = 0;
  return rooms.map((room) => {
    named += room.members.length;
    return named <= MOST_NAMED ? room : onlySelf(room, person);
  });
}

/** Whether a room is still to be answered in the session's resume. */
export const awaits = ({ state }: Session, room: RoomId): boolean =>
  state.at === "resuming" && (state.todo.includes(room) || state.toList.includes(room));

/** It is answered by other means, or not there any more. */
export function dropRoom({ state }: Session, room: RoomId): void {
  if (state.at !== "resuming") return;
  state.todo = state.todo.filter((id) => id !== room);
  state.toList = state.toList.filter((id) => id !== room);
}

/** Sends what the client lacks of a room as one page; what does not fit is left behind a gap. */
export function sendMissing(
  reading: Reading,
  session: Session,
  room: RoomId,
  have: Readonly<Record<string, number>> | undefined,
): void {
  const missing = reading.missing(session.person, room, have, RESUME_PAGE);
  if (!missing) return;
  const { records, cut } = fit(missing.records);
  session.push(pageFrame({ room, more: missing.more || cut, gap: missing.gap || cut }, records));
}

/** As many of the records as a page holds, at least one. */
export function fit(records: readonly Uint8Array[]): { records: readonly Uint8Array[]; cut: boolean } {
  let bytes = 0;
  let count = 0;
  for (const record of records) {
    bytes += record.length;
    if (count > 0 && bytes > PAGE_BYTES) break;
    count++;
  }
  return { records: count < records.length ? records.slice(0, count) : records, cut: count < records.length };
}
