import {
  type CallRules,
  isSeatId,
  type KeyBox,
  MAX_SEATS,
  REACTIONS,
  type Seat,
  type Track,
  TRACKS,
} from "#protocol/call";
import { isSameAct, readCallOrder } from "#protocol/call-order";
import { isId, isProvince } from "#protocol/ids";
import type { HostAct } from "../domain/calls/acts.ts";
import type { LegNews } from "../domain/calls/leg-news.ts";
import { type Opening, openingOf, type PlaceRule } from "../domain/calls/leg-state.ts";
import { plainLeg } from "../domain/calls/plain.ts";
import type { CallMessage } from "./message.ts";

const MAX_KEY = 512;
const MAX_BOX = 1024;
const MAX_NAME = 100;
const MAX_GONE = 1_000;
/** More than ranks of `MAX_RANKED` people and what stands in as many calls as can be joined. */
const MAX_ORDERS = 120;

type Loose = { readonly [field: string]: unknown };

/** What another province said, where it is exactly a message of `message.ts` and of bearable size; undefined for all else. */
export function readCallMessage(value: unknown): CallMessage | undefined {
  if (!isObject(value) || value.t !== "call") return undefined;
  if (!isMessage(value)) return undefined;
  const message = value as unknown as CallMessage;
  if (message.is === "leg") return { t: "call", is: "leg", leg: plainLeg(withOrders(message.leg)) };
  if (message.is !== "act" && message.is !== "ended") return message;
  const order = readCallOrder(message.order);
  return { ...message, order } as CallMessage;
}

/** Orders that are malformed are as though they were not said; so they are where a node of before 0.4 says none. */
function withOrders(leg: LegNews): LegNews {
  const said: unknown = leg.orders;
  const orders = Array.isArray(said) ? said.slice(0, MAX_ORDERS).flatMap((one) => readCallOrder(one) ?? []) : [];
  const order = readCallOrder(leg.opening.order);
  const opening = order && openingOf(order);
  return { ...leg, orders, opening: opening?.id === leg.opening.id ? opening : { ...leg.opening, order: null } };
}

function isMessage(m: Loose): boolean {
  switch (m.is as CallMessage["is"]) {
    case "leg":
      return isLegNews(m.leg);
    case "ask":
    case "none":
      return isId(m.room);
    case "ended":
      return isId(m.room) && isId(m.call);
    case "act":
      return isId(m.room) && isId(m.call) && isSeatId(m.by) && isHostAct(m.act) && isOrderOf(m.act, m.order);
    case "keys":
      return isId(m.room) && isId(m.call) && isSeatId(m.from) && isCount(m.epoch) && areBoxes(m.boxes);
    case "reacted":
      return isId(m.room) && isId(m.call) && isSeatId(m.seat) && (REACTIONS as readonly unknown[]).includes(m.sign);
    case "speaking":
      return isId(m.room) && isId(m.call) && isList(m.seats, isSeatId, MAX_SEATS);
    case "trunk":
    case "gateway":
      return true;
    default:
      return false;
  }
}

function isLegNews(value: unknown): value is LegNews {
  if (!isObject(value)) return false;
  const { room, life, version, since, opening, rules, place, declined, seats, gone } = value;
  const isDecline = (one: unknown) =>
    Array.isArray(one) && one.length === 2 && isId(one[0]) && (one[1] === "declined" || one[1] === "busy");
  return (
    isId(room) &&
    isSeatId(life) &&
    isCount(version) &&
    isCount(since) &&
    (since as number) <= (version as number) &&
    isOpening(opening) &&
    isRules(rules) &&
    (place === null || isPlace(place)) &&
    isList(declined, isDecline, MAX_SEATS) &&
    isList(seats, isLegSeat, MAX_SEATS) &&
    isList(gone, isSeatId, MAX_GONE)
  );
}

const isOpening = (value: unknown): value is Opening =>
  isObject(value) &&
  isId(value.id) &&
  (value.kind === "call" || value.kind === "conference") &&
  (value.media === "audio" || value.media === "video") &&
  isId(value.by) &&
  isCount(value.began);

const isRules = (value: unknown): value is CallRules =>
  isObject(value) &&
  isCount(value.version) &&
  isProvince(value.by) &&
  isFlag(value.locked) &&
  isFlag(value.lobby) &&
  isFlag(value.sealed) &&
  isFlag(value.ended) &&
  isObject(value.ranks) &&
  Object.entries(value.ranks).length <= MAX_SEATS &&
  Object.entries(value.ranks).every(
    ([person, rank]) => isId(person) && (rank === "host" || rank === "cohost" || rank === "member"),
  );

const isPlace = (value: unknown): value is PlaceRule =>
  isObject(value) &&
  isCount(value.version) &&
  isProvince(value.by) &&
  isObject(value.place) &&
  (value.place.mode === "cascade" || (value.place.mode === "one" && isProvince(value.place.at)));

function isLegSeat(value: unknown): boolean {
  if (!isObject(value)) return false;
  const isMid = (one: unknown) =>
    isObject(one) && typeof one.mid === "string" && one.mid.length <= 64 && isTrack(one.track);
  return isSeat(value.seat) && (value.at === null || isProvince(value.at)) && isList(value.mids, isMid, 16);
}

const isSeat = (value: unknown): value is Seat =>
  isObject(value) &&
  isSeatId(value.id) &&
  isId(value.person) &&
  isId(value.device) &&
  isProvince(value.province) &&
  (value.name === undefined || (typeof value.name === "string" && value.name.length <= MAX_NAME)) &&
  isCount(value.at) &&
  (value.state === "lobby" || value.state === "in" || value.state === "away") &&
  (value.rank === "host" || value.rank === "cohost" || value.rank === "member" || value.rank === "guest") &&
  isList(value.on, isTrack, TRACKS.length) &&
  isList(value.sends, isTrack, TRACKS.length) &&
  isCount(value.life) &&
  (value.hand === null || isCount(value.hand)) &&
  (value.key === null || isSeatKey(value.key)) &&
  isFlag(value.recording) &&
  (value.network === null || (isCount(value.network) && (value.network as number) <= 3));

const isSeatKey = (value: unknown): boolean =>
  isObject(value) &&
  [value.spki, value.agree, value.proof].every((part) => typeof part === "string" && part.length <= MAX_KEY);

function isHostAct(value: unknown): value is HostAct {
  if (!isObject(value)) return false;
  switch (value.do as HostAct["do"]) {
    case "admit":
    case "remove":
      return isSeatId(value.seat);
    case "mute":
      return (value.seat === null || isSeatId(value.seat)) && isTrack(value.track);
    case "ask":
      return isSeatId(value.seat) && isTrack(value.track);
    case "lower":
      return value.seat === null || isSeatId(value.seat);
    default:
      return false;
  }
}

/** A node of before 0.4 has no order for it: then nothing is asked. */
const isOrderOf = (act: HostAct, said: unknown): boolean => {
  const order = readCallOrder(said);
  return order !== undefined && isSameAct(order.act, act);
};

const isBox = (value: unknown): boolean =>
  isObject(value) && isSeatId(value.seat) && typeof value.box === "string" && value.box.length <= MAX_BOX;
const areBoxes = (value: unknown): boolean =>
  isList(value, isBox, MAX_SEATS) &&
  new Set((value as KeyBox[]).map(({ seat }) => seat)).size === (value as KeyBox[]).length;
const isObject = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isFlag = (value: unknown): boolean => typeof value === "boolean";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isTrack = (value: unknown): value is Track => (TRACKS as readonly unknown[]).includes(value);
const isList = (value: unknown, is: (item: unknown) => boolean, most: number): boolean =>
  Array.isArray(value) && value.length <= most && value.every(is);
