import { type CallId, isSeatId, MAX_FEEDS, MAX_SDP, type SeatId, TRACKS, type Track } from "#protocol/call";
import { ERROR_CODES, type WireError } from "#protocol/error";
import { isId, isProvince, type Province } from "#protocol/ids";
import type { Feed, FeedWant, Offer, SeatEvent, SeatStats } from "./ports.ts";
import { isStream, isTrunkPort, type TrunkPort } from "./trunks-message.ts";

interface OfSeat {
  call: CallId;
  seat: SeatId;
  life: number;
}

/** What one province asks of another's gateway, for its own seats. */
export type Ask =
  | ({ do: "seat" } & OfSeat)
  | ({ do: "publish"; sdp: string; tracks: { mid: string; track: Track }[] } & OfSeat)
  | ({ do: "want"; feeds: FeedWant[] } & OfSeat)
  | ({ do: "answer"; sdp: string } & OfSeat)
  | ({ do: "mute"; mid: string; on: boolean } & OfSeat)
  | ({ do: "leave" } & OfSeat)
  | { do: "close"; call: CallId }
  | { do: "accept"; call: CallId; feed: Feed }
  | { do: "drop"; call: CallId; seat: SeatId }
  | { do: "forward"; call: CallId; seat: SeatId; to: Province; end: TrunkPort }
  | { do: "unforward"; call: CallId; seat: SeatId; to: Province }
  | { do: "stats" };

/** What each is answered with. */
export interface Answers {
  seat: null;
  publish: { sdp: string; feed: Feed };
  want: Offer | null;
  answer: null;
  mute: null;
  leave: null;
  close: null;
  accept: TrunkPort;
  drop: null;
  forward: null;
  unforward: null;
  stats: [SeatId, SeatStats][];
}

/** What is told to the province that asks, in order, each until it is heard. */
export type Told =
  | { is: "done"; to: number; value: unknown }
  | { is: "refused"; to: number; error: WireError }
  | { is: "event"; call: CallId; seat: SeatId; life: number; event: SeatEvent };

/** The far gateway as its node sees it. */
export type FarState = { at: "down" } | { at: "starting" | "up" | "lost"; life: number };

/**
 * What the two sides tell each other; `session` is made by the one that asks, and all it has on the gateway is of that
 * session. `low`: all its asks below are settled. `heard`: it has heard what it was told up to there.
 */
export type GatewayBody =
  | { is: "ask"; session: string; n: number; low: number; heard: number; ask: Ask }
  | { is: "here"; session: string; low: number; heard: number }
  | { is: "told"; session: string; from: number; told: Told[] }
  /** now and then to all: `freed` is the receiver's session whose things were let go of last */
  | { is: "state"; node: string; n: number; state: FarState; freed: string | null };

/** Most of what was told and not yet heard that goes at once. */
export const TOLD_AT_ONCE = 16;

type Loose = { readonly [field: string]: unknown };
const object = (value: unknown): value is Loose => typeof value === "object" && value !== null;
const count = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const short = (value: unknown): value is string => typeof value === "string" && value.length <= 64;
const isList = (value: unknown, most: number, is: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length <= most && value.every(is);
const isSdp = (value: unknown): boolean => typeof value === "string" && value.length <= MAX_SDP;
const isOfSeat = (ask: Loose): boolean => isId(ask.call) && isSeatId(ask.seat) && count(ask.life);

const isTrack = (value: unknown): boolean =>
  object(value) && short(value.mid) && (TRACKS as readonly unknown[]).includes(value.track);
const isFeedWant = (value: unknown): boolean =>
  object(value) &&
  isSeatId(value.seat) &&
  count(value.life) &&
  short(value.mid) &&
  (value.layer === undefined || value.layer === 0 || value.layer === 1 || value.layer === 2);
const isFeed = (value: unknown): boolean =>
  object(value) && isSeatId(value.seat) && count(value.life) && isList(value.streams, 16, isStream);

function isAsk(ask: unknown): ask is Ask {
  if (!object(ask)) return false;
  switch (ask.do as Ask["do"]) {
    case "seat":
    case "leave":
      return isOfSeat(ask);
    case "publish":
      return isOfSeat(ask) && isSdp(ask.sdp) && isList(ask.tracks, 16, isTrack);
    case "want":
      return isOfSeat(ask) && isList(ask.feeds, 2 * MAX_FEEDS, isFeedWant);
    case "answer":
      return isOfSeat(ask) && isSdp(ask.sdp);
    case "mute":
      return isOfSeat(ask) && short(ask.mid) && typeof ask.on === "boolean";
    case "close":
      return isId(ask.call);
    case "accept":
      return isId(ask.call) && isFeed(ask.feed);
    case "drop":
      return isId(ask.call) && isSeatId(ask.seat);
    case "forward":
      return isId(ask.call) && isSeatId(ask.seat) && isProvince(ask.to) && isTrunkPort(ask.end);
    case "unforward":
      return isId(ask.call) && isSeatId(ask.seat) && isProvince(ask.to);
    case "stats":
      return true;
    default:
      return false;
  }
}

/** What is in values and events is read where it is known what was asked (remote-gateway-answer.ts). */
function isTold(told: unknown): boolean {
  if (!object(told)) return false;
  if (told.is === "event") return isOfSeat(told) && object(told.event);
  if (told.is === "done") return count(told.to);
  const { error } = told;
  return (
    told.is === "refused" &&
    count(told.to) &&
    object(error) &&
    (ERROR_CODES as readonly unknown[]).includes(error.code) &&
    typeof error.message === "string"
  );
}

const isFarState = (state: unknown): boolean =>
  object(state) &&
  (state.at === "down" || ((state.at === "starting" || state.at === "up" || state.at === "lost") && count(state.life)));

/** The body where it is one, undefined for all else. */
export function readGatewayBody(value: unknown): GatewayBody | undefined {
  if (!object(value)) return undefined;
  const isOfSession = short(value.session) && count(value.low) && count(value.heard);
  const isBody = (() => {
    switch (value.is as GatewayBody["is"]) {
      case "ask":
        return isOfSession && count(value.n) && isAsk(value.ask);
      case "here":
        return isOfSession;
      case "told":
        return short(value.session) && count(value.from) && isList(value.told, TOLD_AT_ONCE, isTold);
      case "state":
        return (
          short(value.node) && count(value.n) && isFarState(value.state) && (value.freed === null || short(value.freed))
        );
      default:
        return false;
    }
  })();
  return isBody ? (value as GatewayBody) : undefined;
}
