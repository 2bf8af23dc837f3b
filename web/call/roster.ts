import { MAX_SEATS, type Seat, type SeatId } from "#protocol/call";
import type { Down } from "#protocol/down";
import type { PersonId } from "#protocol/ids";

export type Roster = ReadonlyMap<SeatId, Seat>;

export type RosterChange =
  | { is: "came" | "went"; person: PersonId }
  | { is: "recording"; person: PersonId; on: boolean };

/** Two sides of a cut may each have filled the call; beyond that no node speaks the truth, and a page would freeze. */
const MOST = 2 * MAX_SEATS;

/** The seats after what a node says of them. */
export function seated(roster: Roster, { full, seats, gone }: Extract<Down, { t: "seats" }>): Roster {
  const next = new Map(full ? [] : roster);
  for (const id of gone) next.delete(id);
  for (const seat of seats) if (next.size < MOST || next.has(seat.id)) next.set(seat.id, seat);
  return next;
}

/** Who came and went, as people: one who takes another device, or comes back to a new seat, did neither. */
export function changes(before: Roster, after: Roster): RosterChange[] {
  const was = peopleIn(before);
  const is = peopleIn(after);
  const list: RosterChange[] = [];
  is.forEach((recording, person) => {
    const former = was.get(person);
    if (former === undefined) list.push({ is: "came", person });
    if (recording !== (former ?? false)) list.push({ is: "recording", person, on: recording });
  });
  was.forEach((recording, person) => {
    if (is.has(person)) return;
    if (recording) list.push({ is: "recording", person, on: false });
    list.push({ is: "went", person });
  });
  return list;
}

/** People who sit in the call, and whether they record it. */
function peopleIn(roster: Roster): Map<PersonId, boolean> {
  const people = new Map<PersonId, boolean>();
  roster.forEach(({ person, state, recording }) => {
    if (state !== "lobby") people.set(person, recording || people.get(person) === true);
  });
  return people;
}

/** In order of coming, with a fixed order among those who came at once. */
export const inOrder = (roster: Roster): Seat[] =>
  [...roster.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));

/** Who spoke last, newest first, after these were heard; who left is forgotten. */
export function spoke(before: readonly SeatId[], speaking: readonly SeatId[], roster: Roster, own: SeatId): SeatId[] {
  const now = speaking.filter((seat) => seat !== own);
  // One who speaks on keeps the place: the list must not dance while several speak.
  const leading = before.filter((seat, at) => at < now.length && now.includes(seat));
  const fresh = now.filter((seat) => !leading.includes(seat));
  const rest = before.filter((seat) => !leading.includes(seat) && !fresh.includes(seat));
  return [...leading, ...fresh, ...rest].filter((seat) => roster.has(seat));
}
