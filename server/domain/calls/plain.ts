import type { Seat } from "#protocol/call";
import type { LegNews } from "./leg-news.ts";
import { plainKey } from "./leg-state.ts";

/** A leg without whatever else was said in it: seats and rules are passed on as they are kept. */
export function plainLeg({
  room,
  life,
  version,
  since,
  opening,
  orders,
  rules,
  place,
  declined,
  seats,
  gone,
}: LegNews): LegNews {
  const { id, kind, media, by, began, order } = opening;
  const { locked, lobby, sealed, ranks, ended } = rules;
  return {
    ...{ room, life, version, since, declined, gone },
    opening: { id, kind, media, by, began, order },
    orders,
    rules: { version: rules.version, by: rules.by, locked, lobby, sealed, ranks, ended },
    place: place && {
      version: place.version,
      by: place.by,
      place: place.place.mode === "one" ? { mode: "one", at: place.place.at } : { mode: "cascade" },
    },
    seats: seats.map(({ seat, at, mids }) => ({
      seat: plainSeat(seat),
      at,
      mids: mids.map(({ mid, track }) => ({ mid, track })),
    })),
  };
}

function plainSeat(seat: Seat): Seat {
  const { id, person, device, province, name, at, state, rank, on, sends, life, hand, key, recording, network } = seat;
  return {
    ...{ id, person, device, province, at, state, rank, on, sends, life, hand, recording, network },
    ...(name !== undefined && { name }),
    key: key && plainKey(key),
  };
}
