import type { Track } from "#protocol/call";

/** What must be known of a session description (RFC 8866) without judging the rest of it. */

/** One `m=` part, from its own line to the next one. */
interface Part {
  kind: string;
  mid: string | undefined;
  text: string;
}

/** Most parts: of what a browser sends, and of what it receives, with those that were used and are no more. */
const MOST_SENT = 32;
const MOST_RECEIVED = 400;

const KIND: Record<Track, "audio" | "video"> = { mic: "audio", sound: "audio", camera: "video", screen: "video" };

export function isDescription(sdp: string): boolean {
  const count = sdp.match(/^m=/gm)?.length ?? 0;
  // Two characters that end a line here and nowhere else
  return sdp.startsWith("v=0") && count > 0 && count <= MOST_RECEIVED && !/[\u2028\u2029]/.test(sdp);
}

/** Whether it offers these tracks, each of its kind, and nothing but sound and pictures. */
export function isOffered(sdp: string, tracks: readonly { mid: string; track: Track }[]): boolean {
  if (!isDescription(sdp)) return false;
  const offered = parts(sdp);
  return (
    offered.length <= MOST_SENT &&
    offered.every(({ kind }) => kind === "audio" || kind === "video") &&
    tracks.every(({ mid, track }) => offered.some((part) => part.mid === mid && part.kind === KIND[track]))
  );
}

/**
 * Takes a browser's candidates away: the gateway is reached at its own address and learns the browser's from its
 * checks (RFC 8445 section 7.3.1.3), so that what a browser says of its network stays with it. Lines are ended alike, as
 * others may read on where this took the line for another's.
 */
export const withoutCandidates = (sdp: string): string =>
  sdp
    .split(/\r\n|[\r\n]/)
    .filter((line) => line !== "" && !/^\s*a=(candidate|remote-candidates|end-of-candidates)\b/.test(line))
    .map((line) => `${line}\r\n`)
    .join("");

export const parts = (sdp: string): Part[] =>
  sdp
    .split(/^(?=m=)/m)
    .slice(1)
    .map((text) => ({
      kind: /^m=(\w+)/.exec(text)?.[1] ?? "",
      mid: /^a=mid:(.+?)\r?$/m.exec(text)?.[1],
      text,
    }));

/** The number under which a part has a header extension (RFC 8285); undefined where it has none. */
export function extension(part: Part, uri: string): number | undefined {
  for (const [, id, name] of part.text.matchAll(/^a=extmap:(\d+)(?:\/\w+)? (\S+)/gm))
    if (name === uri) return Number(id);
  return undefined;
}
