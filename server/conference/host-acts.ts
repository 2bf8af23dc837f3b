import type { Seat, SeatId, Track } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import type { PersonId } from "#protocol/ids";
import { type HostAct, isRuler, mayDo } from "../domain/calls/acts.ts";
import { isInside, rankOf } from "../domain/calls/leg-state.ts";
import type { Call } from "../domain/calls/merge.ts";
import { AppError } from "../domain/error.ts";
import type { RoomCall } from "./room-call.ts";

/** A person whom this seat may rule over: hosts of their own right, and who began a call that was joined to this one, stay what they are. */
export function mayTouch(room: RoomCall, call: Call, by: Seat, person: PersonId): boolean {
  const role = room.house.members.roleOf(room.room, person);
  const rank = rankOf(person, role, call);
  return role !== undefined && (by.rank === "host" ? !isHostByRight(role, call, person) : !isRuler(rank));
}

const isHostByRight = (role: string, call: Call, person: PersonId): boolean =>
  role === "owner" || call.founders.has(person);

/** A host's act on a seat here, or sent to the province to which the seat speaks. @throws AppError forbidden, conflict */
export function doAsHost(room: RoomCall, call: Call, by: Seat, act: HostAct, order: CallOrder): void {
  if (!mayDo(by.rank, act.do)) throw new AppError("forbidden", "Only hosts of the call may do this.");
  if (!room.once.take(order, room.house.now())) throw new AppError("conflict", "This was done already.");
  const message = { t: "call", is: "act", room: room.room, call: call.opening.id, by: by.id, act, order } as const;
  if (act.seat === null) {
    doHere(room, call, by, act, order);
    room.toOthers(message);
    return;
  }
  const target = call.seats.get(act.seat)?.seat;
  if (!target) throw new AppError("conflict", "They are not in the call any more.");
  if (target.province === room.house.province) doHere(room, call, by, act, order);
  else room.house.send(target.province, message);
}

/** @param by checked to have the rank for it, and to have ordered it */
export function doHere(room: RoomCall, call: Call, by: Seat, act: HostAct, order: CallOrder): void {
  switch (act.do) {
    case "admit":
      if (room.legs.own?.admit(act.seat)) room.tell(act.seat, { is: "admitted", order });
      break;
    case "mute":
      for (const id of targets(room, by, act.seat)) mute(room, by.person, id, act.track, order);
      break;
    case "ask":
      if (isOwnInside(room, act.seat)) room.tell(act.seat, { is: "asked", by: by.person, track: act.track, order });
      break;
    case "remove": {
      const target = call.seats.get(act.seat)?.seat;
      if (!target || !room.media.has(act.seat)) break;
      if (!mayTouch(room, call, by, target.person))
        throw new AppError("forbidden", "A host of the call cannot be removed.");
      room.drop(act.seat, isInside(target) ? "removed" : "refused", order);
      break;
    }
    case "lower":
      for (const id of targets(room, by, act.seat))
        if (room.legs.own?.seats.get(id)?.seat.hand != null) room.legs.own.change(id, { hand: null });
      break;
  }
  room.soon();
}

/** One seat of ours, or all but the asker's. */
function targets(room: RoomCall, by: Seat, seat: SeatId | null): SeatId[] {
  const all = seat === null ? [...room.media.keys()].filter((id) => id !== by.id) : [seat];
  return all.filter((id) => isOwnInside(room, id));
}

const isOwnInside = (room: RoomCall, id: SeatId): boolean => {
  const seat = room.legs.own?.seats.get(id)?.seat;
  return seat !== undefined && isInside(seat);
};

function mute(room: RoomCall, by: PersonId, id: SeatId, track: Track, order: CallOrder): void {
  const seat = room.legs.own?.seats.get(id)?.seat;
  if (!seat) return;
  // Also where it is off: what the browser sends all the same does not pass.
  room.media.get(id)?.mute(track, true);
  if (!seat.on.includes(track)) return;
  room.legs.own?.change(id, { on: seat.on.filter((one) => one !== track) });
  room.tell(id, { is: "muted", by, track, order });
}
