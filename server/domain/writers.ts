import { type PersonId, type Province, provinceOf } from "#protocol/ids";
import type { EventRecord } from "#protocol/record";
import type { Member } from "#protocol/room";
import { STAMP_TICKS, type Stamp } from "#protocol/stamp";
import type { Room, Writer, Writers } from "./ports.ts";

/**
 * A node that was started anew may have forgotten the stamp of the change that let its person in, and clocks are followed
 * five minutes ahead.
 */
const SLACK = 5 * 60_000 * STAMP_TICKS;

const isWriter = (room: Pick<Room, "kind">, member: Member): boolean =>
  room.kind !== "channel" || member.role === "owner";

/** The one rule of who writes, for a person's own node and for all that hear of it. */
export function mayWrite(room: Room, person: PersonId): boolean {
  const member = room.members.get(person);
  return member !== undefined && isWriter(room, member);
}

const carriers = new WeakMap<Room, ReadonlySet<Province>>();

/**
 * Whether a province's node may take messages of a room: it is the room's home, or one of its own people may write there.
 * So a guest's node can forge, but nothing that its own people could not have said.
 */
export function mayCarry(room: Room, province: Province): boolean {
  let known = carriers.get(room);
  if (!known) {
    const writers = [...room.members.values()].filter((member) => isWriter(room, member));
    known = new Set([room.home, ...writers.map((member) => member.province)]);
    carriers.set(room, known);
  }
  return known.has(province);
}

/** Whether it may, or might once: then its log has a place here, and goes on whatever is in it. */
export function everCarried(room: Room, writers: Writers, province: Province): boolean {
  if (mayCarry(room, province)) return true;
  for (const writer of writers.values()) if (writer.province === province) return true;
  return false;
}

/**
 * Whether a record is believed by what the room's home has ordered so far. It rests on nothing else, so all replicas come to
 * the same in whatever order they hear. A membership that ended covers what was stamped before its end.
 */
export function isBelieved(
  room: Room,
  writers: Writers,
  { sender, origin, stamp }: Pick<EventRecord, "sender" | "origin" | "stamp">,
): boolean {
  const writer = writers.get(sender);
  if (writer && stamp < writer.since - SLACK) return false;
  if (!mayWrite(room, sender) && !(writer?.until !== undefined && stamp < writer.until)) return false;
  const province = provinceOf(origin);
  if (mayCarry(room, province)) return true;
  for (const each of writers.values())
    if (each.province === province && each.until !== undefined && stamp < each.until) return true;
  return false;
}

/** What a change ordered with that stamp makes of those who write. One who comes back has one span, from the first day on. */
export function writersAfter(
  before: Room | undefined,
  after: Room,
  touched: Iterable<PersonId>,
  known: Writers,
  stamp: Stamp,
): Writer[] {
  const changed: Writer[] = [];
  for (const person of new Set(touched)) {
    const was = before !== undefined && mayWrite(before, person);
    const is = mayWrite(after, person);
    const province = (after.members.get(person) ?? before?.members.get(person))?.province;
    if (was === is || province === undefined) continue;
    const since = known.get(person)?.since ?? (is ? stamp : 0);
    changed.push({ person, province, since, ...(!is && { until: stamp }) });
  }
  return changed;
}
