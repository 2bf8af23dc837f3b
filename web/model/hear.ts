import type { Down } from "#protocol/down";
import type { CallsInModel } from "../call/host.ts";
import { Refusal } from "../net/refusal.ts";
import { withNotice } from "./access.ts";
import type { Parts } from "./parts.ts";
import type { State } from "./state.ts";

/** Hands what a node says to the part that it concerns. */
export function hear(
  message: Down,
  { house, out, writing, controls, people, posts }: Parts,
  state: State,
  calls: CallsInModel | null,
): void {
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
    case "notice":
      state.access.value = withNotice(state.access.peek(), message.notice);
      break;
    case "error":
      if (message.id && !controls.failed(message.id, Refusal.from(message.error)))
        out.failed(message.id, message.error);
  }
}
