import type { CallNote } from "#protocol/call";
import type { PersonId, RoomId } from "#protocol/ids";
import { Attendance } from "../domain/calls/attendance.ts";
import type { Call } from "../domain/calls/merge.ts";
import { RING_MS, ringing } from "../domain/calls/ringing.ts";
import type { Membership } from "./ports.ts";

/** The course of one call as this node has seen it: since when it knows of it, who came, who is rung. */
export class Course {
  private readonly attendance: Attendance;

  constructor(
    private readonly room: RoomId,
    private readonly members: Membership,
    readonly opening: Call["opening"],
    /** milliseconds since 1970 */
    readonly since: number,
  ) {
    this.attendance = new Attendance(opening.began);
  }

  follow(call: Call, now: number): void {
    const seats = [...call.seats.values()].map(({ seat }) => seat);
    this.attendance.observe(
      seats.filter(({ province }) => !call.cut.includes(province)),
      now,
    );
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
