import type { CallEntry, CallHead, CallNote } from "#protocol/call";
import type { PersonId } from "#protocol/ids";

/** How a call that began in a room went, as seen by one reader. */
export type Outcome =
  | { is: "on"; size: number }
  | { is: "calling" }
  | { is: "missed" }
  | { is: "unanswered" }
  | { is: "declined" }
  | { is: "ended"; lasted: number }
  /** it is over, and nobody has said how */
  | { is: "over" };

/** A call that has just begun may not be known to the node yet. */
const FRESH = 15_000;

export function outcome(
  entry: { id: string; at: number; mine: boolean; direct: boolean; call: CallEntry; note: CallNote | null },
  head: CallHead | undefined,
  me: PersonId | undefined,
  now: number,
): Outcome {
  if (head?.id === entry.id) return { is: "on", size: head.size };
  const { note, mine, direct, call } = entry;
  if (!note) return now - entry.at < FRESH && mine ? { is: "calling" } : { is: "over" };
  const others = new Set(note.people.map((each) => each.person));
  const took = me !== undefined && others.has(me);
  if (call.kind === "call") {
    if (!mine && !took) return note.declined.includes(me ?? "") ? { is: "declined" } : { is: "missed" };
    // That one of many declined says nothing of the rest, who did not come either.
    if (mine && others.size < 2) return direct && note.declined.length > 0 ? { is: "declined" } : { is: "unanswered" };
  }
  return { is: "ended", lasted: note.ended - note.began };
}
