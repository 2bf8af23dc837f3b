import { isSeatId, MAX_FEEDS, MAX_SDP } from "#protocol/call";
import type { Feed, Offer, SeatEvent, SeatStats } from "./ports.ts";
import type { Ask } from "./remote-gateway-message.ts";
import { isStream, isTrunkPort } from "./trunks-message.ts";

/** What a gateway offers holds a part for each feed: longer than what a browser says. */
const MAX_OFFER = 4 * MAX_SDP;
/** Seats of all calls that one gateway has. */
const MAX_FIGURES = 5_000;

type Loose<T> = { readonly [field in keyof T]?: unknown };
const object = (value: unknown): value is object => typeof value === "object" && value !== null;
const short = (value: unknown): boolean => typeof value === "string" && value.length <= 64;
const text = (value: unknown): boolean => typeof value === "string" && value.length <= MAX_OFFER;
const figure = (value: unknown): boolean => Number.isFinite(value);
const isList = (value: unknown, most: number, is: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length <= most && value.every(is);

/** Whether it can be the answer to that: the far node may be another one than it seems, and what it says is passed on. */
export function isAnswer(ask: Ask, value: unknown): boolean {
  switch (ask.do) {
    case "publish": {
      const { sdp, feed } = (value ?? {}) as Loose<{ sdp: string; feed: Feed }>;
      return text(sdp) && isFeedOf(ask, feed);
    }
    case "want":
      return value === null || isOffer(value);
    case "accept":
      return isTrunkPort(value);
    case "stats":
      return isList(value, MAX_FIGURES, isFigures);
    default:
      return value === null;
  }
}

export function isSeatEvent(value: unknown): value is SeatEvent {
  if (!object(value)) return false;
  const { is, side, up, on, offer, why } = value as Loose<{ [field: string]: unknown }>;
  switch (is as SeatEvent["is"]) {
    case "media":
      return (side === "send" || side === "receive") && typeof up === "boolean";
    case "speaking":
      return typeof on === "boolean";
    case "offer":
      return isOffer(offer);
    case "gone":
      return typeof why === "string";
    default:
      return false;
  }
}

/** That seat's own feed, and nothing in it but what was published. */
function isFeedOf({ seat, life, tracks }: Ask & { do: "publish" }, value: unknown): boolean {
  const feed = (value ?? {}) as Loose<Feed>;
  const isPublished = (one: unknown) =>
    isStream(one) && tracks.some(({ mid, track }) => mid === one.mid && track === one.track);
  return feed.seat === seat && feed.life === life && isList(feed.streams, tracks.length, isPublished);
}

function isOffer(value: unknown): value is Offer {
  const { sdp, feeds } = (value ?? {}) as Loose<Offer>;
  const isLine = (one: unknown) => {
    const { mid, seat, feedMid } = (one ?? {}) as Loose<Offer["feeds"][number]>;
    return short(mid) && isSeatId(seat) && short(feedMid);
  };
  return text(sdp) && isList(feeds, 2 * MAX_FEEDS, isLine);
}

function isFigures(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2 || !isSeatId(value[0])) return false;
  const { lossIn, rtt, kbpsIn, kbpsOut } = (value[1] ?? {}) as Loose<SeatStats>;
  return figure(lossIn) && figure(kbpsIn) && figure(kbpsOut) && (rtt === null || figure(rtt));
}
