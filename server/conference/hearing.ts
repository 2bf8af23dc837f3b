import type { Province } from "#protocol/ids";
import { isInside } from "../domain/calls/leg-state.ts";
import type { Call } from "../domain/calls/merge.ts";
import { mayOrder } from "../domain/calls/ruling.ts";
import { AppError } from "../domain/error.ts";
import { factsOf } from "./facts.ts";
import { doHere } from "./host-acts.ts";
import type { CallMessage } from "./message.ts";
import { handKeys, react } from "./passing.ts";
import type { RoomCall } from "./room-call.ts";

export type RoomMessage = Exclude<CallMessage, { is: "trunk" | "gateway" }>;

/** What another province's conference says of a room's call. It speaks for its own seats alone, and for hosts by what their devices signed. */
export function hear(room: RoomCall, from: Province, message: RoomMessage): void {
  const { house, legs } = room;
  switch (message.is) {
    case "leg": {
      const heard = legs.hear(from, message.leg, house.now());
      if (heard === "ask") house.send(from, { t: "call", is: "ask", room: room.room });
      else if (heard === "ended") {
        const call = message.leg.opening.id;
        const order = legs.endOf(call);
        house.send(from, { t: "call", is: "ended", room: room.room, call, ...(order && { order }) });
      } else room.soon();
      break;
    }
    case "ask":
      if (!room.announcing.mayAnswer(from, house.now())) break;
      if (legs.own) house.send(from, { t: "call", is: "leg", leg: legs.own.news(0) });
      else house.send(from, { t: "call", is: "none", room: room.room });
      break;
    case "none":
      legs.none(from);
      room.soon();
      break;
    case "ended":
      // What was heard just before, a decline above all, belongs to the call that ends.
      room.refresh();
      if (legs.end(from, message.call, message.order ?? null, house.now())) room.ended(message.order);
      break;
    case "act": {
      const { order } = message;
      const by = seatOf(room, message.call, from, message.by);
      const call = by && currentCall(room, message.call);
      if (!by || !call || by.device !== order.device || by.person !== order.person) break;
      if (!mayOrder(order, call, factsOf(room.room, house)) || !room.once.take(order, house.now())) break;
      try {
        doHere(room, call, by, message.act, order);
      } catch (error) {
        // Refused: the other node knew the same rules, and its client is told by what it sees.
        if (!(error instanceof AppError)) throw error;
      }
      break;
    }
    case "keys": {
      const seat = seatOf(room, message.call, from, message.from);
      if (seat) handKeys(room, message.from, message.epoch, message.boxes);
      break;
    }
    case "reacted":
      if (seatOf(room, message.call, from, message.seat)) react(room, message.seat, message.sign);
      break;
    case "speaking": {
      const call = currentCall(room, message.call);
      room.speaking.heard(
        from,
        message.seats.filter((id) => call?.seats.get(id)?.seat.province === from),
      );
      break;
    }
  }
}

function currentCall(room: RoomCall, id: string): Call | undefined {
  const call = room.see();
  return call?.opening.id === id ? call : undefined;
}

function seatOf(room: RoomCall, call: string, from: Province, id: string) {
  const seat = currentCall(room, call)?.seats.get(id)?.seat;
  return seat?.province === from && isInside(seat) ? seat : undefined;
}
