import type { CallNote } from "#protocol/call";
import type { NotePart } from "#protocol/call-note";
import type { PersonId, Province, RoomId } from "#protocol/ids";
import { Attendance } from "../domain/calls/attendance.ts";
import type { Call } from "../domain/calls/merge.ts";
import { RING_MS, ringing } from "../domain/calls/ringing.ts";
import type { Membership } from "./ports.ts";

/** The course of one call as this node has seen it: since when it knows of it, who came, who is rung. */
export class Course {
  private readonly attendance: Attendance;
  /** of this province alone */
  private readonly own: Attendance;
  private declinedHere: readonly PersonId[] = [];

  constructor(
    private readonly room: RoomId,
    private readonly members: Membership,
    private readonly province: Province,
    readonly opening: Call["opening"],
    /** milliseconds since 1970 */
    readonly since: number,
  ) {
    this.attendance = new Attendance(opening.began);
    this.own = new Attendance(opening.began);
  }

  /** @param declined at this node */
  follow(call: Call, declined: Iterable<PersonId>, now: number): void {
    this.declinedHere = [...declined];
    const seats = [...call.seats.values()].map(({ seat }) => seat);
    this.attendance.observe(
      seats.filter(({ province }) => !call.cut.includes(province)),
      now,
    );
    this.own.observe(
      seats.filter(({ province }) => province === this.province),
      now,
    );
  }

  /** This province's part of the record: of its own people's seats nobody else knows. Null where none of them came or declined. */
  part(now: number): Omit<NotePart, "signature"> | null {
    const { of, began, ended, people, declined } = this.own.note(this.opening, this.declinedHere, now);
    if (people.length + declined.length === 0) return null;
    return { of, room: this.room, province: this.province, began, ended, people, declined };
  }

  /** Others than one person were in it. */
  get hasMet(): boolean {
    return this.attendance.size > 1;
  }

  ringing(call: Call, now: number): PersonId[] {
    if (now - this.since >= RING_MS) return [];
    return ringing({
      opening: call.opening,
      room: this.members.kindOf(this.room) ?? "group",
      members: this.members.membersOf(this.room),
      settled: (person) => call.declined.has(person) || this.attendance.has(person),
      known: this.since,
      now,
    });
  }

  /** In a conversation of two nobody came while it rang. */
  isUnanswered(now: number): boolean {
    const isDirect = this.members.kindOf(this.room) === "direct";
    return isDirect && this.opening.kind === "call" && !this.hasMet && now - this.since >= RING_MS;
  }

  note(declined: Iterable<PersonId>, now: number): CallNote {
    return this.attendance.note(this.opening, declined, now);
  }
}
