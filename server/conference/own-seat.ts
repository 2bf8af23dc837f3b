import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { Feed } from "./ports.ts";
import type { Room } from "./room.ts";
import type { SeatDesk } from "./seat-desk.ts";
import { gatewayFor } from "./standing.ts";

/** What the media of a seat of this node finds around it. */
export const deskOf = (room: Room, id: SeatId): SeatDesk => ({
  seat: id,
  call: () => room.mediaCall as CallId,
  gateway: () => gatewayFor(room, room.call ?? room.see(), undefined),
  now: room.house.now,
  ice: room.house.ice,
  tell: (news) => room.tell(id, news),
  resolve: (wants, at) => (room.call ? room.feeds.resolve(room.call.opening.id, wants, id, at, room.call.seats) : []),
  shows: (feed, at, life) => shows(room, id, feed, at, life),
  speaking: (on) => room.speaking.turn(id, on),
  giveUp: () => room.drop(id, "lost"),
  failed: (what, error) => {
    room.house.count("beep_call_errors_total");
    room.house.log("warn", "call.failed", { what, error: error instanceof Error ? error.message : String(error) });
  },
});

/** What others can have of a seat: said in this province's leg, and to the trunks. */
function shows(room: Room, id: SeatId, feed: Feed | null, at: Province | null, life: number): void {
  const streams = feed?.streams ?? [];
  room.legs.own?.stand(
    id,
    { at: feed ? at : null, mids: streams.map(({ mid, track }) => ({ mid, track })) },
    { life, sends: streams.map(({ track }) => track) },
  );
  const { mediaCall, house } = room;
  if (mediaCall && feed && at) house.trunks.published(mediaCall, feed, at, room.provinces);
  else if (mediaCall) house.trunks.unpublished(mediaCall, id);
  room.soon();
}

/** Seats of this node that were away for too long, or whose people are no members any more, are over. */
export function clearSeats(room: Room, now: number): void {
  const { own } = room.legs;
  if (!own) return;
  for (const id of own.expired(now)) room.drop(id);
  for (const id of own.away())
    if (room.house.members.isRevoked?.(own.seats.get(id)?.seat.device ?? "")) room.drop(id, "lost");
  for (const { seat } of [...own.seats.values()])
    if (!room.house.members.roleOf(room.room, seat.person)) room.drop(seat.id, "removed");
}
