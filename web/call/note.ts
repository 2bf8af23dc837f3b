import type { CallEntry, CallId, CallNote } from "#protocol/call";
import { type EventId, type Province, type RoomId, toHex } from "#protocol/ids";
import { KIND } from "#protocol/record";
import type { CallHost } from "./host.ts";

type Writing = Pick<CallHost, "write">;

/** Words for clients that know nothing of calls. */
const ENTRY = { audio: "Call", video: "Video call" } as const;

/** The event that names the call: in the room whatever becomes of the call itself. */
export function writeEntry(host: Writing, room: RoomId, id: CallId, call: CallEntry): void {
  host.write(room, KIND.message, { text: call.kind === "conference" ? "Conference" : ENTRY[call.media], call }, id);
}

/** The same for all of a province who are asked to write it: however many are, one note of each province is there. */
export async function noteId(call: CallId, province?: Province): Promise<EventId> {
  const of = province ? `beep call note v2\n${call}\n${province}` : `beep call note v1\n${call}`;
  const text = new TextEncoder().encode(of);
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", text)), 0, 16);
}

/** How a call went, told once it is over. */
export async function writeNote(host: Writing, room: RoomId, note: CallNote): Promise<void> {
  const minutes = Math.max(1, Math.round((note.ended - note.began) / 60_000));
  const text = note.people.length > 1 ? `Call, ${minutes} min` : "Missed call";
  host.write(room, KIND.note, { text, note }, await noteId(note.of, note.parts?.[0]?.province));
}
