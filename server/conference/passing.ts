import type { KeyBox, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { Call } from "../domain/calls/merge.ts";
import type { Room } from "./room.ts";

/** What passes from seat to seat and is not kept. */

export function react(room: Room, seat: SeatId, sign: string): void {
  for (const id of room.insiders()) room.tell(id, { is: "reacted", seat, sign });
}

/** To each seat its own, through the node to which it speaks. */
export function sendKeys(room: Room, call: Call, from: SeatId, epoch: number, boxes: readonly KeyBox[]): void {
  const away = new Map<Province, KeyBox[]>();
  for (const box of boxes) {
    const province = call.seats.get(box.seat)?.seat.province;
    if (province && province !== room.house.province) away.set(province, [...(away.get(province) ?? []), box]);
  }
  handKeys(room, from, epoch, boxes);
  const head = { t: "call", is: "keys", room: room.room, call: call.opening.id, from, epoch } as const;
  for (const [province, theirs] of away) room.house.send(province, { ...head, boxes: theirs });
}

/** To seats of this node. */
export function handKeys(room: Room, from: SeatId, epoch: number, boxes: readonly KeyBox[]): void {
  const inside = new Set(room.insiders());
  for (const { seat, box } of boxes) if (inside.has(seat)) room.tell(seat, { is: "keys", from, epoch, box });
}

/** @param own who of this province's speaks */
export function tellSpeaking(room: Room, seats: SeatId[], own: SeatId[]): void {
  const call = room.legs.own?.opening.id;
  if (!call) return;
  for (const id of room.insiders()) room.tell(id, { is: "speaking", seats });
  room.toOthers({ t: "call", is: "speaking", room: room.room, call, seats: own });
}
