import { DIRECTORY_ROOM, type PersonId, type RoomId } from "#protocol/ids";
import type { ControlBody, Member } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import type { Room, Store, Tx } from "../ports.ts";
import { isAsked } from "./stranger.ts";

/** Who added them is not known, or was nobody. */
const NOBODY: PersonId = DIRECTORY_ROOM;

type Who = Pick<ControlBody, "by" | "removed"> & { members: readonly Member[] };

/** Of those who came into a room by a change, whoever is a person of this province and does not know who asked for it is asked. */
export function meet(tx: Tx, before: Room | undefined, id: RoomId, who: Who, stamp: Stamp, store: Store): void {
  const room = tx.room(id);
  if (!room) return;
  for (const person of who.removed) if (tx.contact(id, person)) tx.putContact(id, person, undefined);
  for (const { person, province, post } of who.members) {
    // A post's work comes to whoever holds it, and who sits there already knows the room.
    if (province !== store.province || post !== undefined || before?.members.has(person)) continue;
    const known = tx.contact(id, person);
    if (known?.state !== "begun" && isAsked(room, person, who.by, stamp, store))
      tx.putContact(id, person, { by: who.by, at: stamp, state: "asked" });
    else if (known) tx.putContact(id, person, undefined);
  }
}

/** The home described the room as a whole, and did not say who added whom. */
export function meetUnsaid(
  tx: Tx,
  before: Room | undefined,
  id: RoomId,
  members: readonly Member[],
  store: Store,
): void {
  for (const member of members)
    meet(tx, before, id, { by: NOBODY, members: [member], removed: [] }, member.since, store);
}

/** The change that the home's description had in it already: now it is known who asked for it. */
export function meetLate(tx: Tx, id: RoomId, { by, members }: ControlBody, stamp: Stamp, store: Store): void {
  const late = members.filter(({ person }) => {
    const known = tx.contact(id, person);
    return known?.state === "asked" && known.by === NOBODY && known.at === stamp;
  });
  if (late.length > 0) meet(tx, undefined, id, { by, members: late, removed: [] }, stamp, store);
}

/**
 * A person of this province asked for a conversation themself: it is theirs, also before its home has made it. What
 * another province says of who began it is not believed for that.
 */
export function began(tx: Tx, id: RoomId, person: PersonId, store: Store): void {
  if (store.person(person)?.province !== store.province) return;
  const room = tx.room(id);
  if (!room) tx.putContact(id, person, { by: person, at: 0, state: "begun" });
  else if (room.members.has(person)) tookUp(tx, room, person);
}

/** Whoever writes in a room takes it. */
export function tookUp(tx: Tx, room: Room, person: PersonId): void {
  if (room.contacts?.has(person)) tx.putContact(room.id, person, undefined);
}
