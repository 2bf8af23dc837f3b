import type { Bilingual, Person } from "#protocol/directory";
import type { PersonId, Province } from "#protocol/ids";
import type { AppModel, RoomItem } from "../model/contract.ts";
import { words } from "../locales/language.ts";
import { clean, told } from "./names.ts";

/** The person's name in the reader's language, with the mark of who came from the public before it; dots until the card has come. */
export const called = (person: Person | undefined): string =>
  person ? (person.public ? words.value.ofPublic : "") + told(person.name) : "…";

export const nameOf = (app: AppModel, id: PersonId): string => called(app.person(id).value);

/** A direct room is named after the other person; one with a post after the post, and for its holder after who wrote. */
export function roomName(app: AppModel, room: RoomItem): string {
  const person = room.writer || room.other;
  if (room.post && !room.writer) return told(app.post(room.post).value?.post.title) || "…";
  return person ? nameOf(app, person) : clean(room.name);
}

export function provinceName(app: AppModel, code: Province): string {
  const found = app.provinces.value.find((province) => province.code === code);
  return (found && told(found.name as Bilingual)) || code.toUpperCase();
}

export const provinceNames = (app: AppModel, codes: Province[]): string =>
  words.value.list(codes.map((code) => provinceName(app, code)));

/** The province whose node we speak with, or one's own while there is none. */
export function provinceHere(app: AppModel): Province | null {
  const connection = app.connection.value;
  return connection.state === "online" ? connection.province : (app.me.value?.province ?? null);
}
