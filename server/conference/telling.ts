import type { CallHead, Seat, SeatId } from "#protocol/call";
import type { Down } from "#protocol/down";
import { downFrame } from "#protocol/frame";
import type { PersonId, RoomId } from "#protocol/ids";
import { isRuler } from "../domain/calls/acts.ts";
import type { Call } from "../domain/calls/merge.ts";
import type { Caller, Crowd } from "./parts.ts";
import type { Membership } from "./ports.ts";

/** In rooms larger than this the number of people in a call is told to the others only now and then. */
const SMALL_ROOM = 50;
const SIZE_MS = 2_000;

const NOBODY: ReadonlyMap<SeatId, Caller> = new Map();

/** Seats as a group of people sees them, and what of it they were told. */
class View {
  private told = new Map<SeatId, string>();

  constructor(private readonly shows: (seat: Seat) => boolean) {}

  difference(call: Call): { seats: Seat[]; gone: SeatId[] } {
    const next = new Map<SeatId, string>();
    const seats: Seat[] = [];
    for (const [id, { seat }] of call.seats) {
      if (!this.shows(seat)) continue;
      const json = JSON.stringify(seat);
      next.set(id, json);
      if (this.told.get(id) !== json) seats.push(seat);
    }
    const gone = [...this.told.keys()].filter((id) => !next.has(id));
    this.told = next;
    return { seats, gone };
  }

  forget(): void {
    this.told.clear();
  }

  all(call: Call): Seat[] {
    return [...call.seats.values()].map(({ seat }) => seat).filter(this.shows);
  }
}

type Sees = "all" | "inside" | "self";

/** Tells the sockets of a room's people what its call is now; what is for many is encoded once. */
export class Telling {
  private readonly all = new View(() => true);
  private readonly inside = new View((seat) => seat.state !== "lobby");
  /** what each seat's socket has the whole of */
  private readonly full = new Map<SeatId, { who: Caller; sees: Sees; self: string }>();
  private headTold = "null";
  private gistTold = "null";
  private sizeAt = 0;
  private isOwed = false;

  constructor(
    private readonly room: RoomId,
    private readonly members: Membership,
    private readonly crowd: () => Crowd | undefined,
    private readonly now: () => number,
  ) {}

  /** The head goes to all members who are here, as far as it changed. */
  head(head: CallHead | null, holders: ReadonlyMap<SeatId, Caller>): void {
    const said = JSON.stringify(head);
    if (said === this.headTold && !this.isOwed) return;
    const gist = JSON.stringify(head && { ...head, size: 0 });
    const members = this.members.membersOf(this.room);
    const frame = downFrame({ t: "call", room: this.room, head });
    // Where only a number changed and many would have to be told, they are told at a later tick.
    this.isOwed = gist === this.gistTold && members.length > SMALL_ROOM && this.now() - this.sizeAt < SIZE_MS;
    if (this.isOwed) {
      if (said !== this.headTold) for (const who of holders.values()) who.push(frame);
    } else {
      this.gistTold = gist;
      this.sizeAt = this.now();
      this.toMembers(members, (person) => this.unrung(person, head) ?? frame);
    }
    this.headTold = said;
  }

  /** There is no call any more; the next one is told from its beginning. */
  over(): void {
    this.head(null, NOBODY);
    this.all.forget();
    this.inside.forget();
    this.full.clear();
  }

  seats(call: Call, holders: ReadonlyMap<SeatId, Caller>): void {
    const differences = { all: this.all.difference(call), inside: this.inside.difference(call) };
    const frames = { all: this.changes(differences.all), inside: this.changes(differences.inside) };
    for (const id of this.full.keys()) if (!holders.has(id)) this.full.delete(id);
    for (const [id, who] of holders) {
      const seat = call.seats.get(id)?.seat;
      if (!seat) continue;
      const sees: Sees = seat.state === "lobby" ? "self" : isRuler(seat.rank) ? "all" : "inside";
      const known = this.full.get(id);
      const isNew = known?.who !== who || known.sees !== sees;
      const self = sees === "self" ? JSON.stringify(seat) : "";
      if (isNew || self !== known.self) this.full.set(id, { who, sees, self });
      if (sees === "self") {
        if (isNew || self !== known.self) who.send(this.everything([seat]));
      } else if (isNew) who.send(this.everything(this[sees].all(call)));
      else if (frames[sees]) who.push(frames[sees]);
    }
  }

  /** Whoever has just come learns what is on. */
  greet(who: Caller, head: CallHead): void {
    const frame = this.unrung(who.person, head);
    if (frame) who.push(frame);
    else who.send({ t: "call", room: this.room, head });
  }

  /** To whoever wants to hear nothing of who began it, a call in a room that they share does not ring. */
  private unrung(person: PersonId, head: CallHead | null): Uint8Array | undefined {
    if (!head?.ringing.includes(person) || !this.members.blocks(person, head.by)) return undefined;
    const ringing = head.ringing.filter((id) => id !== person);
    return downFrame({ t: "call", room: this.room, head: { ...head, ringing } });
  }

  private changes({ seats, gone }: { seats: Seat[]; gone: SeatId[] }): Uint8Array | undefined {
    if (seats.length === 0 && gone.length === 0) return undefined;
    return downFrame({ t: "seats", room: this.room, full: false, seats, gone });
  }

  private everything(seats: Seat[]): Down {
    return { t: "seats", room: this.room, full: true, seats, gone: [] };
  }

  private toMembers(members: readonly PersonId[], frameFor: (person: PersonId) => Uint8Array): void {
    const crowd = this.crowd();
    if (!crowd) return;
    const tell = (person: PersonId) => {
      const here = crowd.of(person);
      if (here.length === 0 || !this.members.isOpen(this.room, person)) return;
      const frame = frameFor(person);
      for (const who of here) who.push(frame);
    };
    if (members.length <= crowd.crowd) members.forEach(tell);
    else for (const person of crowd.people()) if (this.members.roleOf(this.room, person)) tell(person);
  }
}
