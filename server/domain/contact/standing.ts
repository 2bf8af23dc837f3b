import type { PersonId, RoomId } from "#protocol/ids";
import type { Room, Store } from "../ports.ts";

/**
 * What a room is to one of its members (R191). `open`: one of theirs. `asked`: they are asked whether it is to be. `hidden`:
 * they declined it, or hear nothing of who began it. To whom it is not open nothing comes of it, and nothing of them
 * goes to it.
 */
export type Standing = "open" | "asked" | "hidden";

/** Of other provinces' people nothing is known here, and their rooms are open: their own node says what they are to them. */
export function standingIn(room: Room, person: PersonId, { tables }: Pick<Store, "tables">): Standing {
  if (room.kind === "direct")
    for (const other of room.members.keys())
      if (other !== person && tables.contacts.blocks(person, other)) return "hidden";
  const contact = room.contacts?.get(person);
  if (!contact || contact.state === "begun") return "open";
  return contact.state === "declined" || tables.contacts.blocks(person, contact.by) ? "hidden" : "asked";
}

export function isOpenTo(store: Pick<Store, "room" | "tables">, id: RoomId, person: PersonId): boolean {
  const room = store.room(id);
  return room?.members.has(person) === true && standingIn(room, person, store) === "open";
}
