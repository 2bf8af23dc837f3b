import { comparePlace, type Place } from "#protocol/stamp";
import type { Origin, PersonId, RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import { placeIn } from "#protocol/record";
import type { Member, RoomSummary } from "#protocol/room";
import type { Have, KnownRooms } from "#protocol/up";
import { isHidden } from "./claim.ts";
import { isOpenTo, type Standing, standingIn } from "./contact/standing.ts";
import { AppError } from "./error.ts";
import type { Room, Store } from "./ports.ts";

const MAX_PAGE = 200;
const LISTED_MEMBERS = 50;
const FILL_BYTES = 1024 * 1024;

export interface Missing {
  /** newest first */
  records: Uint8Array[];
  more: boolean;
  gap: boolean;
}

/** What a person may see of the rooms that they are a member of. */
export class Reading {
  constructor(private readonly store: Store) {}

  /** The rooms that are the person's, the newest first: without those that they are asked about, or do not see (R191). */
  newest(person: PersonId): RoomId[] {
    const open = this.store.roomsOf(person).filter((id) => this.canSee(person, id));
    const rooms = open.map((id) => ({ id, latest: this.store.latest(id) }));
    return rooms.sort((a, b) => b.latest - a.latest).map(({ id }) => id);
  }

  /**
   * Described in this order, as many as asked for.
   * @param known rooms whose members the client has as of a `cseq`: they are most of what a summary weighs
   */
  rooms(person: PersonId, known: KnownRooms = {}, ids: readonly RoomId[] = this.newest(person)): RoomSummary[] {
    return ids.map((id) => this.summary(person, id, known[id]));
  }

  summary(person: PersonId, id: RoomId, known?: number): RoomSummary {
    const { room, self } = this.enter(person, id);
    const { kind, name, home, history, cseq, provinces, posts } = room;
    const post = kind === "post" ? posts?.[0]?.post : undefined;
    const heads: RoomSummary["heads"] = {};
    for (const [origin, { base, n }] of this.store.heads(id)) heads[origin] = { base, n };
    const read: Record<Origin, number> = {};
    for (const mark of this.store.marks(id, person)) if (mark.kind === "r") read[mark.origin] = mark.n;
    return {
      id,
      kind,
      ...(post !== undefined && { post }),
      ...(posts && { posts: [...posts] }),
      name,
      home,
      history,
      cseq,
      heads,
      read,
      members: room.members.size <= LISTED_MEMBERS && known !== cseq ? [...room.members.values()] : [self],
      size: room.members.size,
      provinces: [...provinces],
      unread: this.store.unread(id, person),
      latest: this.store.latest(id),
    };
  }

  page(
    person: PersonId,
    id: RoomId,
    before: Readonly<Record<Origin, number>>,
    limit: number,
  ): { records: Uint8Array[]; more: boolean } {
    const { since } = this.enter(person, id, "asked");
    return this.store.page(id, before, Math.min(limit, MAX_PAGE), since);
  }

  /**
   * What a client that holds `have` (n per origin, nothing missing below) lacks of a room: all of it when that is
   * little, else the newest page with a gap behind it. Undefined where nothing is lacking.
   */
  missing(
    person: PersonId,
    id: RoomId,
    have: Readonly<Record<Origin, number>> | undefined,
    limit: number,
  ): Missing | undefined {
    const { since } = this.enter(person, id);
    const lacking: { origin: Origin; after: number; upto: number }[] = [];
    let count = 0;
    for (const [origin, { base, n }] of this.store.heads(id)) {
      const after = Math.max(base, have?.[origin] ?? 0);
      if (after >= n) continue;
      lacking.push({ origin, after, upto: n });
      count += n - after;
    }
    if (count === 0) return undefined;
    if (!have || count > limit) {
      const page = this.store.page(id, {}, Math.min(limit, MAX_PAGE), since);
      return { ...page, gap: true };
    }
    const found: { place: Place; record: Uint8Array }[] = [];
    for (const { origin, after, upto } of lacking)
      for (let at = after; at < upto; ) {
        const records = this.store.shown(id, origin, at, upto, FILL_BYTES);
        if (records.length === 0) break;
        at += records.length;
        for (const record of records) found.push({ place: placeIn(record), record });
      }
    const shown = found.filter(({ place }) => place.stamp >= since).sort((a, b) => comparePlace(b.place, a.place));
    return { records: shown.map(({ record }) => record), more: true, gap: false };
  }

  /** Members and marks; in a channel only the person's own and the provinces' marks, however many read it. */
  detail(person: PersonId, id: RoomId): { members: Member[]; marks: Mark[] } {
    const { room } = this.enter(person, id);
    const marks = this.store.marks(id);
    return {
      members: [...room.members.values()],
      marks: room.kind === "channel" ? marks.filter((mark) => mark.kind === "s" || mark.holder === person) : marks,
    };
  }

  async read(person: PersonId, id: RoomId, upto: Readonly<Record<Origin, number>>): Promise<void> {
    this.enter(person, id);
    await this.mark(person, { [id]: upto }, ["d", "r"]);
  }

  async delivered(person: PersonId, rooms: Have): Promise<void> {
    await this.mark(person, rooms, ["d"]);
  }

  canSee(person: PersonId, id: RoomId): boolean {
    return isOpenTo(this.store, id, person);
  }

  private async mark(person: PersonId, rooms: Have, kinds: ("d" | "r")[]): Promise<void> {
    const writes: Promise<unknown>[] = [];
    for (const [room, upto] of Object.entries(rooms)) {
      if (!this.canSee(person, room)) continue;
      const heads = this.store.heads(room);
      const marks: Mark[] = [];
      for (const [origin, n] of Object.entries(upto)) {
        const head = heads.get(origin);
        // A mark beyond what is here would vouch for events that nobody has seen.
        if (head) for (const kind of kinds) marks.push({ room, holder: person, kind, origin, n: Math.min(n, head.n) });
      }
      if (marks.length > 0)
        writes.push(
          this.store.write(room, (tx) => {
            tx.mark(marks, true);
          }),
        );
    }
    await Promise.all(writes);
  }

  /** @param also who is asked about a room may look into it before they answer */
  private enter(person: PersonId, id: RoomId, also?: Standing): { room: Room; self: Member; since: number } {
    const room = this.store.room(id);
    const self = room?.members.get(person);
    if (!room || isHidden(room, person, this.store))
      throw new AppError("elsewhere", "This conversation is not kept on this node.");
    if (!self) throw new AppError("forbidden", "You are not a member of this conversation.");
    const standing = standingIn(room, person, this.store);
    if (standing !== "open" && standing !== also)
      throw new AppError("forbidden", "You have not accepted this conversation.");
    return { room, self, since: room.history === "joined" ? self.since : 0 };
  }
}
