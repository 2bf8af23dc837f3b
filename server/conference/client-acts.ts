import { type CallAct, type CallAnswer, type Joining, type Seat, type SeatId, TRACKS } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import type { PersonId } from "#protocol/ids";
import { Leg } from "../domain/calls/leg.ts";
import { mayDo } from "../domain/calls/acts.ts";
import { isInside, rankOf } from "../domain/calls/leg-state.ts";
import type { Call } from "../domain/calls/merge.ts";
import { MAX_RANKED } from "../domain/calls/ruling.ts";
import { AppError } from "../domain/error.ts";
import { doAsHost, mayTouch } from "./host-acts.ts";
import { openingOrdered, orderOf } from "./ordered.ts";
import type { Caller } from "./parts.ts";
import { react, sendKeys } from "./passing.ts";
import type { RoomCall } from "./room-call.ts";
import type { SeatMedia } from "./seat-media.ts";

const DONE: CallAnswer = { is: "done" };

/** Begins a call, or sits down in the one that is on. @param orders the one that begins it, and what is known to be ordered in it */
export function begin(
  room: RoomCall,
  who: Caller,
  act: CallAct & { do: "begin" },
  orders: readonly CallOrder[],
): CallAnswer {
  const { house } = room;
  const call = room.see();
  if (call) return sit(room, who, call, act.seat);
  if (house.isElsewhere(act.id, room.room)) throw new AppError("conflict", "That call is in another conversation.");
  if (room.legs.isOver(act.id)) throw new AppError("conflict", "This call is over. Begin another one.");
  const role = house.members.roleOf(room.room, who.person);
  if (house.members.kindOf(room.room) === "channel" && role !== "owner")
    throw new AppError("forbidden", "Only the owners of this channel may begin a call in it.");
  const opening = openingOrdered(room, who, act, orders);
  const ruling = room.legs.ruling(opening, house.now(), orders);
  const own = new Leg(room.room, house.province, house.mintSeat(), opening, ruling);
  // Who is not let in has begun nothing.
  room.legs.begin(own);
  try {
    return sitIn(room, who, own, undefined, act.seat);
  } catch (error) {
    room.legs.own = undefined;
    throw error;
  }
}

export function join(room: RoomCall, who: Caller, joining: Joining): CallAnswer {
  const call = room.see();
  if (!call) throw new AppError("conflict", "There is no call here now.");
  return sit(room, who, call, joining);
}

const sit = (room: RoomCall, who: Caller, call: Call, joining: Joining): CallAnswer =>
  sitIn(room, who, ownLeg(room, call), call, joining);

function sitIn(room: RoomCall, who: Caller, leg: Leg, call: Call | undefined, joining: Joining): CallAnswer {
  const { house } = room;
  const was = joining.was === undefined ? undefined : call?.seats.get(joining.was)?.seat;
  const { seat, replaced } = leg.sit({
    id: house.mintSeat(),
    person: who.person,
    device: who.device,
    joining,
    rank: rankOf(who.person, house.members.roleOf(room.room, who.person), leg),
    returns: was?.device === who.device && was.person === who.person && isInside(was),
    total: call?.seats.size ?? 0,
    now: house.now(),
  });
  if (replaced) room.drop(replaced.id, room.holders.get(replaced.id) === who ? undefined : "moved");
  const media = room.seat(seat.id, who);
  house.count("beep_call_seats_total");
  room.soon();
  return { is: "seated", seat: seat.id, life: media.life, ice: house.ice() };
}

/** This province's leg of the call that is on. */
function ownLeg(room: RoomCall, call: Call): Leg {
  const { own } = room.legs;
  if (own?.opening.id === call.opening.id) return own;
  const { house } = room;
  const leg = new Leg(room.room, house.province, house.mintSeat(), call.opening, call, call.place);
  room.legs.own = leg;
  return leg;
}

/** The same device with a new socket: its media has gone on. */
export function resume(room: RoomCall, who: Caller, id: SeatId): CallAnswer {
  const media = room.media.get(id);
  const leg = room.legs.own;
  if (!leg || !media) throw new AppError("conflict", "Your place in the call is gone. Join again.");
  leg.resume(id, who.device);
  const former = room.holders.get(id);
  if (former && former !== who) {
    room.tell(id, { is: "over", why: "moved" });
    room.house.unseated(former, id);
  }
  room.holders.set(id, who);
  media.repeat();
  room.soon();
  return { is: "seated", seat: id, life: media.life, ice: room.house.ice() };
}

/** Someone who is rung will not come. In a conversation of two that ends it. */
export function decline(room: RoomCall, person: PersonId, why: "declined" | "busy"): CallAnswer {
  const call = room.see();
  if (!call) return DONE;
  for (const { seat } of call.seats.values()) if (seat.person === person) return DONE;
  ownLeg(room, call).decline(person, why);
  room.refresh();
  if (room.isDirect) room.endForAll();
  return DONE;
}

type SeatAct = Exclude<CallAct, { do: "begin" | "join" | "resume" | "decline" }>;

/** What one who sits asks. @throws AppError forbidden where the seat's rank, or waiting in the lobby, does not allow it */
export function act(
  room: RoomCall,
  who: Caller,
  id: SeatId,
  asked: SeatAct,
  orders: readonly CallOrder[],
): CallAnswer | Promise<CallAnswer> {
  const { own } = room.legs;
  const call = room.see();
  const seat = call?.seats.get(id)?.seat;
  const media = room.media.get(id);
  if (asked.do === "leave") return leave(room, id);
  if (!own || !call || !seat || !media) throw new AppError("conflict", "Your place in the call is gone. Join again.");
  if (seat.state === "lobby" && asked.do !== "tracks" && asked.do !== "network")
    throw new AppError("forbidden", "Wait until a host lets you in.");
  switch (asked.do) {
    case "publish":
      return media.publish(asked.life, asked.sdp, asked.tracks);
    case "want":
      media.want(asked.life, asked.feeds);
      room.soon();
      break;
    case "answer":
      return media.answer(asked.life, asked.n, asked.sdp);
    case "tracks":
      own.change(id, { on: TRACKS.filter((track) => asked.on.includes(track)) });
      letThrough(media, asked.on);
      break;
    case "hand":
      own.change(id, { hand: asked.up ? (seat.hand ?? room.house.now()) : null });
      break;
    case "record":
      own.change(id, { recording: asked.on });
      break;
    case "network":
      own.change(id, { network: asked.level });
      break;
    case "react":
      react(room, id, asked.sign);
      room.toOthers({ t: "call", is: "reacted", room: room.room, call: own.opening.id, seat: id, sign: asked.sign });
      break;
    case "keys":
      sendKeys(room, call, id, asked.epoch, asked.boxes);
      break;
    case "admit":
    case "mute":
    case "ask":
    case "remove":
    case "lower":
      doAsHost(room, call, seat, asked, orderOf(room, who, call, asked, orders));
      break;
    case "rank":
    case "lock":
    case "lobby":
    case "unseal":
      rule(room, call, seat, orderOf(room, who, call, asked, orders));
      break;
    case "end":
      mayOrThrow(mayDo(seat.rank, asked.do));
      room.endForAll(orderOf(room, who, call, asked, orders));
      return DONE;
  }
  room.soon();
  return DONE;
}

/** What is decided for the whole call. @throws AppError forbidden; conflict where something later was ordered; wait where so many have a rank */
function rule(room: RoomCall, call: Call, by: Seat, order: CallOrder): void {
  const { act } = order;
  if (act.do === "begin") return;
  mayOrThrow(mayDo(by.rank, act.do));
  if (act.do === "rank") {
    mayOrThrow(mayTouch(room, call, by, act.person));
    const ranked = new Set(call.orders.flatMap((one) => (one.act.do === "rank" ? [one.act.person] : [])));
    if (act.rank === "member" && !ranked.has(act.person)) return;
    if (ranked.size >= MAX_RANKED && !ranked.has(act.person))
      throw new AppError("wait", "This call has enough hosts.", { retryAfter: 60_000 });
  }
  if (!room.legs.order(order, room.house.now()))
    throw new AppError("conflict", "Something else was decided meanwhile. Look, and try again.");
}

/** What was muted by a host passes again once its own person turns it on. */
function letThrough(media: SeatMedia, on: readonly string[]): void {
  for (const track of TRACKS) if (on.includes(track)) media.mute(track, false);
}

function leave(room: RoomCall, id: SeatId): CallAnswer {
  const both = room.isDirect && room.course?.hasMet === true;
  room.drop(id);
  // Hanging up ends a conversation of two for both.
  if (both) room.endForAll();
  else room.refresh();
  return DONE;
}

function mayOrThrow(may: boolean): void {
  if (!may) throw new AppError("forbidden", "Only hosts of the call may do this.");
}
