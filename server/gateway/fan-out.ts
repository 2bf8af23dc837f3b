import type { Origin, PersonId, RoomId } from "#protocol/ids";
import { AT, deviceIn, KIND, placeIn, roomIn, senderIn } from "#protocol/record";
import type { Member } from "#protocol/room";
import type { Committed, Room, Store } from "../domain/ports.ts";
import type { Reading } from "../domain/reading.ts";
import type { Audience } from "./audience.ts";
import { acceptedBy, Batch } from "./batch.ts";
import type { Openness } from "./openness.ts";
import { awaits, dropRoom, sendMissing } from "./resume.ts";
import type { Session } from "./session.ts";

/** Summaries that one commit may cost. */
const AT_ONCE = 50;

/** Brings what was committed to the people who are here. It runs inside the store's commit listener, and reads only. */
export class FanOut {
  private accepted: { origin: Origin; by: (record: Uint8Array) => boolean } | undefined;

  constructor(
    private readonly store: Store,
    private readonly reading: Reading,
    private readonly audience: Audience,
    private readonly openness: Openness,
    /** runs work in its turn, so that much of it does not hold the event loop */
    private readonly later: (work: () => void) => void,
  ) {}

  committed({ records, rooms, reviewed, left, regarded }: Committed): void {
    const byRoom = new Map<RoomId, Uint8Array[]>();
    for (const record of records) {
      const id = roomIn(record);
      const group = byRoom.get(id);
      if (group) group.push(record);
      else byRoom.set(id, [record]);
    }
    for (const id of [...rooms, ...reviewed]) if (!byRoom.has(id)) byRoom.set(id, []);
    for (const [id, group] of byRoom) {
      const room = this.store.room(id);
      if (room) this.tell(room, group, rooms.includes(id), reviewed.includes(id));
    }
    for (const { room, person } of left) {
      if (this.store.room(room)?.members.has(person)) continue;
      this.takeAway(room, person);
    }
    for (const { room: id, person } of regarded) {
      const room = this.store.room(id);
      if (!room?.members.has(person)) continue;
      // A room about which somebody was asked was never in their list.
      if (!this.reading.canSee(person, id)) {
        if (!room.contacts?.has(person)) this.takeAway(id, person);
      } else for (const session of this.audience.of(person)) this.welcome(session, id);
    }
  }

  private takeAway(room: RoomId, person: PersonId): void {
    for (const session of this.audience.of(person)) {
      dropRoom(session, room);
      session.send({ t: "left", room });
    }
  }

  /** What an earlier life had accepted and the present one says again was acknowledged then: its sender gets the event. */
  private readonly isOwn = (record: Uint8Array): boolean => {
    const { origin } = this.store;
    if (this.accepted?.origin !== origin) this.accepted = { origin, by: acceptedBy(origin) };
    return this.accepted.by(record);
  };

  /** @returns the sender */
  private acknowledge(record: Uint8Array): PersonId {
    const sender = senderIn(record);
    const sessions = this.audience.of(sender);
    if (sessions.length > 0) {
      const device = deviceIn(record);
      for (const session of sessions) if (session.device === device) session.acked(record);
    }
    return sender;
  }

  /** @param reviewed clients begin the room anew: of what they have, some is to be seen no longer, or seen at last */
  private tell(room: Room, records: readonly Uint8Array[], changed: boolean, reviewed: boolean): void {
    const batch = new Batch(records);
    const senders = new Set<PersonId>();
    for (const record of records) if (this.isOwn(record)) senders.add(this.acknowledge(record));
    const additions = changed ? stampsOfControl(records) : undefined;
    const tellMember = (member: Member) => {
      if (!this.audience.has(member.person) || !this.openness.isOpen(room, member.person)) return;
      const isNew = additions?.has(member.since) ?? false;
      for (const session of this.audience.of(member.person)) {
        if (isNew) this.welcome(session, room.id);
        else if (reviewed) this.again(session, room);
        else {
          if (changed) this.describe(session, room);
          this.deliver(
            session,
            room,
            member,
            senders.has(member.person) ? batch.without(session.device, this.isOwn) : batch,
          );
        }
      }
    };
    // Members who have a session here are found by the smaller of the two sets.
    if (room.members.size <= this.audience.crowd) room.members.forEach(tellMember);
    else
      for (const person of this.audience.people()) {
        const member = room.members.get(person);
        if (member) tellMember(member);
      }
  }

  /** The summary is each person's own, which is too much to make at once for thousands. */
  private describe(session: Session, { id, members }: Room): void {
    const tell = () => {
      if (this.reading.canSee(session.person, id))
        session.send({ t: "room", room: this.reading.summary(session.person, id) });
    };
    if (members.size <= AT_ONCE) tell();
    else this.later(tell);
  }

  private deliver(session: Session, room: Room, member: Member, batch: Batch): void {
    if (batch.records.length === 0) return;
    if (awaits(session, room.id)) return;
    const shown = room.history === "joined" ? batch.since(member.since) : batch;
    for (const frame of shown.frames) session.push(frame);
  }

  private again(session: Session, { id, members }: Room): void {
    const tell = () => {
      if (this.reading.canSee(session.person, id)) this.welcome(session, id);
    };
    if (members.size <= AT_ONCE) tell();
    else this.later(tell);
  }

  /** A member who was just added gets the room and its newest page, which holds this commit's events. */
  private welcome(session: Session, id: RoomId): void {
    dropRoom(session, id);
    session.send({ t: "room", room: this.reading.summary(session.person, id) });
    sendMissing(this.reading, session, id, undefined);
  }
}

function stampsOfControl(records: readonly Uint8Array[]): Set<number> {
  const stamps = new Set<number>();
  for (const record of records) if (record[AT.kind] === KIND.control) stamps.add(placeIn(record).stamp);
  return stamps;
}
