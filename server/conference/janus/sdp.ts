/** What must be known of a session description (RFC 8866) without judging the rest of it. */

/** One `m=` part, from its own line to the next one. */
interface Part {
  kind: string;
  mid: string | undefined;
  text: string;
}

export const isDescription = (sdp: string): boolean => sdp.startsWith("v=0") && /^m=/m.test(sdp);

/**
 * Takes a browser's candidates away: the gateway is reached at its own address and learns the browser's from its
 * checks (RFC 8445 section 7.3.1.3), so that what a browser says of its network stays with it.
 */
export const withoutCandidates = (sdp: string): string => sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, "");

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
