import type { RoomId } from "#protocol/ids";
import type { ControlRequest } from "#protocol/room";
import type { Have, Up } from "#protocol/up";
import type { Ask } from "../net/wire.ts";

/**
 * Whether a node of another province may hear this. What names a room is for those provinces alone that have members in it.
 * Ways of signing in and administration are for one's own: a PIN that is typed away from home would be another province's
 * to keep. Devices are listed and shut out anywhere, and to find people, and to make a room, are the person's word to
 * whichever node is there.
 */
export function mayHearAbroad(message: Up | Ask, shared: (room: RoomId) => boolean): boolean {
  const { t, act, request, room, rooms } = message as Loose;
  if (t === "self") return act.do === "devices" || act.do === "revoke";
  if (request && request.change.op !== "create") return shared(request.room);
  if (rooms) return Object.keys(rooms).every(shared);
  return t !== "admin" && t !== "order" && (!room || shared(room));
}

/** What a message may hold that matters here. */
interface Loose {
  t: string;
  act: { do: string };
  request?: ControlRequest;
  room?: RoomId;
  rooms?: Have;
}
