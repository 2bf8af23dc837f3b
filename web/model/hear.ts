import type { Down } from "#protocol/down";
import type { RoomId } from "#protocol/ids";
import type { RoomSummary } from "#protocol/room";
import type { CallsInModel } from "../call/host.ts";
import { Refusal } from "../net/refusal.ts";
import type { Parts } from "./parts.ts";
import type { State } from "./state.ts";

/** Away from home a node has no word in rooms that have, as one's own province knows them, no members there. */
function foreign(message: Down, house: Parts["house"]): boolean {
  const { room } = message as { room?: RoomId | RoomSummary };
  return !!room && house.foreign((room as RoomSummary).id || (room as RoomId));
}

/** Hands what a node says to the part that it concerns. */
export function hear(
  message: Down,
  { house, out, writing, controls, people, posts }: Parts,
  state: State,
  calls: CallsInModel | null,
): void {
  if (foreign(message, house)) return;
  switch (message.t) {
    case "current":
      house.current();
      if (calls) calls.hear(message);
      break;
    case "call":
    case "seats":
    case "news":
      if (calls) calls.hear(message);
      break;
    case "rooms":
      house.further(message.rooms);
      out.pump();
      break;
    case "room":
      house.enter(message.room, true);
      // What waited for the room to be made may go now.
      out.pump();
      break;
    case "left":
      house.leave(message.room);
      break;
    case "detail":
      house.detailed(message);
      break;
    case "marks":
      house.marks(message.marks);
      break;
    case "typing": {
      const room = house.get(message.room);
      if (room) writing.heard(room, message.person, message.on);
      break;
    }
    case "people":
      people.learn(message.people);
      break;
    case "posts":
      posts.learn(message.posts);
      break;
    case "presence":
      state.present(message.online, message.offline);
      break;
    case "link":
      state.linked(message.links);
      break;
    case "control":
      controls.heard(message);
      break;
    case "contacts":
      if (!house.visited) state.contacts.value = message.waiting;
      break;
    case "error":
      if (message.id && !controls.failed(message.id, Refusal.from(message.error)))
        out.failed(message.id, message.error);
  }
}
