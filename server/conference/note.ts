import { notePartText } from "#protocol/call-note";
import type { Room } from "./room.ts";

/**
 * One client of this node writes how the call went, with this province's signed part of it; the note's id follows from the
 * call's and the province's, so that two clients make one note.
 */
export function askForNote(room: Room): void {
  const { course, call, house, holders, lastHolder } = room;
  if (!course || !room.mediaCall) return;
  const seen = course.note(call?.declined.keys() ?? [], house.now());
  const part = course.part(house.now());
  const note = part ? { ...seen, parts: [{ ...part, signature: house.sign(notePartText(part)) }] } : seen;
  const crowd = house.crowd();
  const others = note.people.flatMap(({ person }) => crowd?.of(person) ?? []);
  const asked = [...holders.values(), ...(lastHolder ? [lastHolder] : []), ...others];
  const who = asked.find((one) => crowd?.of(one.person).includes(one));
  if (who) who.send({ t: "news", room: room.room, news: { is: "note", note } });
  else house.count("beep_call_notes_unasked_total");
}
