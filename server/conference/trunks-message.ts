import { type CallId, isSeatId, type SeatId, TRACKS } from "#protocol/call";
import { isId, isProvince, type Province } from "#protocol/ids";
import { isMediaPort } from "../fleet.ts";
import type { StreamInfo, TrunkEnd } from "./ports.ts";

/** Where a feed is received: the host is never taken from a message, only ports are. */
export type TrunkPort = Omit<TrunkEnd, "host">;

/** A feed that one province wants: of the receiver's own seats, or on the receiver's own gateway. */
export interface TrunkWant {
  call: CallId;
  seat: SeatId;
  life: number;
  home: Province;
  /** the gateway on which it is wanted */
  to: Province;
  /** the state of its streams that the asker has; 0 none yet */
  rev: number;
  /** where it is accepted; null until then */
  end: TrunkPort | null;
}

/** What is said of one wanted feed. Of one that is on its way nothing is said. */
export type TrunkNews = { call: CallId; seat: SeatId; life: number; to: Province } & (
  | { is: "none" }
  | { is: "streams"; rev: number; streams: StreamInfo[] }
  | { is: "flowing"; rev: number; port: number }
  /** on the sender's gateway, for the receiver's seats there; `rev` is another whenever it came anew */
  | { is: "there"; rev: number; streams: StreamInfo[] }
);

/** What trunks of two provinces tell each other. `life` names the life of the sender's node, later ones sort behind. */
export type TrunkBody =
  /** all feeds of the receiver that are wanted; a new set takes the place of the former */
  | { is: "wants"; life: string; n: number; wants: TrunkWant[] }
  /** to the set `n` and later ones; `m` grows with each message */
  | { is: "news"; life: string; n: number; m: number; news: TrunkNews[] };

/** Most feeds that one province may want of another. */
export const MAX_WANTS = 400;
/** Feeds told in one message: their streams are the long part. */
export const NEWS_AT_ONCE = 24;

type Loose = { readonly [field: string]: unknown };
const count = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const object = (value: unknown): value is Loose => typeof value === "object" && value !== null;

/** The body where it is one of the two, undefined for all else. */
export function readTrunkBody(value: unknown): TrunkBody | undefined {
  if (!object(value) || typeof value.life !== "string" || value.life.length > 64 || !count(value.n)) return undefined;
  if (value.is === "wants") return isList(value.wants, MAX_WANTS, isWant) ? (value as TrunkBody) : undefined;
  if (value.is !== "news" || !count(value.m)) return undefined;
  return isList(value.news, NEWS_AT_ONCE, isNews) ? (value as TrunkBody) : undefined;
}

const isList = (value: unknown, most: number, is: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length <= most && value.every(is);

const isNamed = (value: unknown): value is Loose =>
  object(value) && isId(value.call) && isSeatId(value.seat) && count(value.life) && isProvince(value.to);

const isWant = (value: unknown): boolean =>
  isNamed(value) && isProvince(value.home) && count(value.rev) && (value.end === null || isTrunkPort(value.end));

/** Ports that media may go to, and a key of SRTP or none. */
export function isTrunkPort(value: unknown): value is TrunkPort {
  if (!object(value) || !isMediaPort(value.port) || !isMediaPort(value.rtcpPort)) return false;
  if (value.srtp === undefined) return true;
  const { suite, key } = object(value.srtp) ? value.srtp : ({} as Loose);
  return (suite === 32 || suite === 80) && typeof key === "string" && key.length <= 128;
}

function isNews(value: unknown): boolean {
  if (!isNamed(value)) return false;
  if (value.is === "none") return true;
  if (!count(value.rev)) return false;
  if (value.is === "flowing") return isMediaPort(value.port);
  return (value.is === "streams" || value.is === "there") && isList(value.streams, 16, isStream);
}

/** A stream as a gateway describes it to another; what is in its detail is for the gateway to check. */
export const isStream = (value: unknown): value is StreamInfo =>
  object(value) &&
  typeof value.mid === "string" &&
  value.mid.length <= 64 &&
  (TRACKS as readonly unknown[]).includes(value.track) &&
  object(value.detail);
