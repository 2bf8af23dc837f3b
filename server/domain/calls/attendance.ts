import type { Attendance as Presence, CallNote, Seat } from "#protocol/call";
import type { PersonId } from "#protocol/ids";
import { isInside, type Opening } from "./leg-state.ts";

/** Who was in a call, from first presence to last, as this node saw it: the record that stays in the room. */
export class Attendance {
  private readonly people = new Map<PersonId, Presence>();
  private present = new Set<PersonId>();

  constructor(private readonly began: number) {}

  /** @param seats all that are in the call now */
  observe(seats: Iterable<Seat>, now: number): void {
    const present = new Set<PersonId>();
    for (const seat of seats) {
      if (!isInside(seat)) continue;
      present.add(seat.person);
      // Clocks of provinces differ: nobody was there before the call began.
      const from = Math.min(Math.max(seat.at, this.began), now);
      const known = this.people.get(seat.person);
      if (known) known.to = Math.max(known.to, now);
      else
        this.people.set(seat.person, {
          person: seat.person,
          ...(seat.name !== undefined && { name: seat.name }),
          from,
          to: now,
        });
    }
    for (const person of this.present) {
      const known = this.people.get(person);
      if (known && !present.has(person)) known.to = Math.max(known.to, now);
    }
    this.present = present;
  }

  has(person: PersonId): boolean {
    return this.people.has(person);
  }

  get size(): number {
    return this.people.size;
  }

  note(opening: Opening, declined: Iterable<PersonId>, now: number): CallNote {
    for (const person of this.present) {
      const known = this.people.get(person);
      if (known) known.to = Math.max(known.to, now);
    }
    const people = [...this.people.values()].sort((a, b) => a.from - b.from || (a.person < b.person ? -1 : 1));
    return {
      of: opening.id,
      began: opening.began,
      ended: Math.max(now, opening.began),
      people: people.map((one) => ({ ...one })),
      declined: [...declined].filter((person) => !this.people.has(person)).sort(),
    };
  }
}
