import {
  type BeginOrder,
  type CallAct,
  type CallId,
  type CallOrder,
  isSeatId,
  type OrderedAct,
  type Track,
  TRACKS,
} from "./call.ts";
import { isId } from "./ids.ts";

export type { BeginOrder, CallOrder, OrderedAct };

/** Calls that one order may name: one, and as many as can be joined to it. */
export const MAX_ORDERED_CALLS = 9;

/** The bytes that a device signs. */
export const callOrderText = ({
  room,
  calls,
  at,
  person,
  device,
  act,
}: Omit<CallOrder, "spki" | "signature">): string =>
  JSON.stringify(["beep call order v1", room, calls, at, person, device, ...fieldsOf(act)]);

/** In a fixed order, so that a text is the same however the act was written. */
function fieldsOf(act: OrderedAct): unknown[] {
  switch (act.do) {
    case "begin":
      return [act.do, act.kind, act.media, act.lobby, act.sealed];
    case "admit":
    case "remove":
    case "lower":
      return [act.do, act.seat];
    case "mute":
    case "ask":
      return [act.do, act.seat, act.track];
    case "lock":
    case "lobby":
      return [act.do, act.on];
    case "rank":
      return [act.do, act.person, act.rank];
    case "unseal":
    case "end":
      return [act.do];
  }
}

type Unsigned = Omit<CallOrder, "spki" | "signature">;

/** A call begins, at a time in milliseconds since 1970. */
export const beginOrder = (
  by: Pick<Unsigned, "room" | "person" | "device">,
  call: CallId,
  act: BeginOrder,
  now: number,
) => ({ ...by, calls: [call], at: now, act }) satisfies Unsigned;

/** What its person orders in a call, knowing what was ordered before: it holds for all calls that became this one. */
export function nextOrder(
  by: Pick<Unsigned, "room" | "person" | "device">,
  { id, orders = [] }: { id: CallId; orders?: readonly CallOrder[] },
  act: Exclude<OrderedAct, BeginOrder>,
  now: number,
): Unsigned {
  const joined = orders.filter((order) => order.act.do === "begin").map(({ calls }) => calls[0] as CallId);
  const calls = [id, ...joined.filter((call) => call !== id)].slice(0, MAX_ORDERED_CALLS);
  return { ...by, calls, at: orders.reduce((at, order) => Math.max(at, order.at + 1), now), act };
}

/** Acts that count only as an order. */
export const isOrdered = (act: CallAct): act is Extract<CallAct, Exclude<OrderedAct, BeginOrder>> =>
  ORDERED.indexOf(act.do) >= 0;
const ORDERED = [
  "admit",
  "mute",
  "ask",
  "remove",
  "lower",
  "lock",
  "lobby",
  "unseal",
  "rank",
  "end",
] as CallAct["do"][];

/** Whether two acts order the same. */
export const isSameAct = (a: OrderedAct, b: OrderedAct): boolean =>
  JSON.stringify(fieldsOf(a)) === JSON.stringify(fieldsOf(b));

/** Whether two are one and the same: a signature alone says nothing of what stands above it. */
export const isSameOrder = (a: CallOrder, b: CallOrder): boolean =>
  a.signature === b.signature && a.spki === b.spki && callOrderText(a) === callOrderText(b);

/** 91 bytes, and 64, in base64. */
const KEY = /^[A-Za-z0-9+/]{122}==$/;
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

/** An order without whatever else stands in it; undefined where it is malformed. Whether it may be believed is another question. */
export function readCallOrder(value: unknown): CallOrder | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { room, calls, at, person, device, act, spki, signature } = value as { [field: string]: unknown };
  const plain = readAct(act);
  const isOrder =
    isId(room) &&
    Array.isArray(calls) &&
    calls.length > 0 &&
    calls.length <= MAX_ORDERED_CALLS &&
    calls.every(isId) &&
    Number.isSafeInteger(at) &&
    (at as number) >= 0 &&
    isId(person) &&
    isId(device) &&
    typeof spki === "string" &&
    KEY.test(spki) &&
    typeof signature === "string" &&
    SIGNATURE.test(signature);
  if (!isOrder || !plain) return undefined;
  return { room, calls: [...calls], at: at as number, person, device, act: plain, spki, signature };
}

function readAct(value: unknown): OrderedAct | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const act = value as Record<string, unknown> & { do: OrderedAct["do"] };
  const { kind, media, lobby, sealed, seat, track, on, person, rank } = act;
  switch (act.do) {
    case "begin":
      if (kind !== "call" && kind !== "conference") return undefined;
      if (media !== "audio" && media !== "video") return undefined;
      return isFlag(lobby) && isFlag(sealed) ? { do: "begin", kind, media, lobby, sealed } : undefined;
    case "admit":
    case "remove":
      return isSeatId(seat) ? { do: act.do, seat } : undefined;
    case "lower":
      return seat === null || isSeatId(seat) ? { do: "lower", seat } : undefined;
    case "mute":
      return (seat === null || isSeatId(seat)) && isTrack(track) ? { do: "mute", seat, track } : undefined;
    case "ask":
      return isSeatId(seat) && isTrack(track) ? { do: "ask", seat, track } : undefined;
    case "lock":
    case "lobby":
      return isFlag(on) ? { do: act.do, on } : undefined;
    case "rank":
      return isId(person) && (rank === "cohost" || rank === "member") ? { do: "rank", person, rank } : undefined;
    case "unseal":
    case "end":
      return { do: act.do };
    default:
      return undefined;
  }
}

const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isTrack = (value: unknown): value is Track => (TRACKS as readonly unknown[]).includes(value);
