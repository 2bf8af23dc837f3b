import type { Province } from "#protocol/ids";
import { isInside } from "../domain/calls/leg-state.ts";
import type { Call } from "../domain/calls/merge.ts";
import type { MediaGateway } from "./ports.ts";
import type { Room } from "./room.ts";

/** One province decides for all where the call stands: the first that has people in it. */
export function decidePlace({ room, house, legs: { own } }: Room, call: Call): void {
  const seats = new Map<Province, number>();
  for (const { seat } of call.seats.values())
    if (isInside(seat) && !call.cut.includes(seat.province))
      seats.set(seat.province, (seats.get(seat.province) ?? 0) + 1);
  const { province, members, placement } = house;
  if (!own || [...seats.keys()].sort()[0] !== province) return;
  const { opening } = call;
  const place = placement({
    call: opening.id,
    room,
    kind: members.kindOf(room) ?? "group",
    began: members.provinceOf(opening.by) ?? province,
    seats,
    place: call.place?.place,
  });
  if (JSON.stringify(place) !== JSON.stringify(call.place?.place)) own.settle(place);
}

/** @param current where it stands now */
export function gatewayFor(
  { legs, house, provinces }: Room,
  call: Call | undefined,
  current: MediaGateway | undefined,
): MediaGateway | undefined {
  const place = legs.own?.place?.place ?? call?.place?.place ?? { mode: "cascade" };
  return house.stations.choose(place, current, provinces.filter((other) => house.isUp(other)).sort());
}

/** Moves the seats whose gateway is another one now, or has forgotten them. */
export function moveSeats(room: Room, call: Call): void {
  for (const media of room.media.values()) {
    const { stands } = media;
    if (!stands) continue;
    const chosen = gatewayFor(room, call, stands.gateway);
    const state = chosen?.state();
    if (!chosen || state?.at !== "up") continue;
    if (chosen !== stands.gateway || state.life !== stands.gatewayLife) media.move();
  }
}

/** Brings here what seats of this node want, and asks the gateways for what has come. */
export function gatherFeeds({ media, feeds, house }: Room, call: Call): void {
  const wanting = [...media].flatMap(([seat, { stands, wanted }]) =>
    stands ? [{ seat, at: stands.gateway.province, wants: wanted }] : [],
  );
  feeds.gather(call.opening.id, wanting, call.seats, house.now());
  for (const one of media.values()) one.settle();
}
