import type { PersonId, RoomId } from "#protocol/ids";
import { standingIn } from "../domain/contact/standing.ts";
import type { Room, Store } from "../domain/ports.ts";
import type { Audience } from "./audience.ts";

/**
 * Whether a room is open to one of its members (R191), as far as this node is concerned: what passes in it is told to and of
 * those alone to whom it is. Of its own people a node knows. Of a guest it knows what their client says: the rooms
 * that it names in its `hello` are those that their own province has opened to them (R64).
 */
export class Openness {
  constructor(
    private readonly store: Store,
    private readonly audience: Audience,
  ) {}

  isOpen(room: Room, person: PersonId): boolean {
    const member = room.members.get(person);
    if (!member) return false;
    if (member.province === this.store.province) return standingIn(room, person, this.store) === "open";
    const sessions = this.audience.of(person);
    return sessions.length === 0 || sessions.some(({ named }) => named?.has(room.id) === true);
  }
}

/** The rooms that a client says it has. */
export const namedIn = (have: Readonly<Record<RoomId, unknown>>, rooms: Readonly<Record<RoomId, unknown>> = {}) =>
  new Set<RoomId>([...Object.keys(have), ...Object.keys(rooms)]);
