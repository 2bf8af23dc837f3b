import type { RoomId } from "#protocol/ids";
import type { Up } from "#protocol/up";
import type { Ask } from "../net/wire.ts";

/**
 * Whether a node of another province may hear this. What names a room is for those provinces alone that have members in it.
 * Ways of signing in and administration are for one's own: a PIN that is typed away from home would be another province's
 * to keep. Devices are listed and shut out anywhere, and to find people, and to make a room, are the person's word to
 * whichever node is there.
 */
export function mayHearAbroad(message: Up | Ask, shared: (room: RoomId) => boolean): boolean {
  switch (message.t) {
    case "admin":
    case "order":
      return false;
    case "self":
      return message.act.do === "devices" || message.act.do === "revoke";
    case "control":
      return message.request.change.op === "create" || shared(message.request.room);
    case "delivered":
      return Object.keys(message.rooms).every(shared);
    case "read":
    case "page":
    case "room":
    case "typing":
    case "call":
      return shared(message.room);
    default:
      return true;
  }
}
