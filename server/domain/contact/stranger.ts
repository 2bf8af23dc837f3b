import type { Person, UnitId } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import { type Stamp, stampMs } from "#protocol/stamp";
import { type Reach, holdingGrants } from "../administration/reach.ts";
import { unitsAt } from "../directory/words.ts";
import type { Room, Store } from "../ports.ts";
import { standingIn } from "./standing.ts";

/** In larger rooms people do not know each other by being there. */
const KNOWN_ROOM = 50;

/**
 * Whether a person of this province is asked before a room in which they became a member is one of theirs (R190): it was
 * begun, or they were added, by somebody with whom they have nothing in common.
 * @param by as the room's home says
 */
export function isAsked(room: Room, person: PersonId, by: PersonId, stamp: Stamp, store: Store): boolean {
  const one = store.person(person);
  const at = stampMs(stamp);
  const units = one ? unitsAt(one, at, store.tables.offices) : new Set<UnitId>();
  // Where the directory does not tell where people belong, all would be strangers to all.
  if (room.kind === "post" || units.size === 0) return false;
  const other = store.person(by);
  if (!other || !isKnown(room, other, store)) return true;
  if (by === person) return false;
  if (room.kind === "channel" && administers(by, units, at, store)) return false;
  return !shareUnit(units, unitsAt(other, at, store.tables.offices), store) && !shareRoom(room, person, by, store);
}

/** This node checked who asked for it, or it is the word of that person's own province; another one could name anybody. */
const isKnown = ({ home }: Room, { province }: Person, store: Store): boolean =>
  home === store.province || home === province;

/** The same unit, or one of them is right above the other. */
function shareUnit(mine: ReadonlySet<UnitId>, theirs: ReadonlySet<UnitId>, { tables }: Store): boolean {
  const above = (id: UnitId) => tables.offices.unit(id)?.parent;
  for (const one of mine)
    for (const other of theirs) if (one === other || above(one) === other || above(other) === one) return true;
  return false;
}

/** Another room of a few people that the person has taken, in their own name; a channel makes nobody known. */
function shareRoom({ id }: Room, person: PersonId, by: PersonId, store: Store): boolean {
  const theirs = new Set(store.roomsOf(by));
  return store.roomsOf(person).some((each) => {
    const room = each !== id && theirs.has(each) ? store.room(each) : undefined;
    if (!room || room.kind === "channel" || room.members.size > KNOWN_ROOM) return false;
    return room.members.get(person)?.post === undefined && standingIn(room, person, store) === "open";
  });
}

/** Holds a role of administration, of this province, that reaches one of these units. */
function administers(by: PersonId, units: ReadonlySet<UnitId>, at: number, store: Store): boolean {
  const { offices } = store.tables;
  return holdingGrants(by, at, { offices, province: store.province, person: (id) => store.person(id) }).some(
    ({ role, scope }) => {
      if (role === "auditor" || role === "custodian") return false;
      const reach: Reach = "unit" in scope ? offices.unitsUnder(scope.unit) : "all";
      return reach === "all" || [...units].some((unit) => reach.has(unit));
    },
  );
}
