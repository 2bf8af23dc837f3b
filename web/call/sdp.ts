import type { Track } from "#protocol/call";

/** Session descriptions (RFC 8866) as text: what is told to the gateway of the browser's, and to the browser of the gateway's. */

/** How speech is sent. `lean`: 12 kb/s in packets of 60 ms, which is 12 kb/s on the wire and not 46. */
export interface Speech {
  lean: boolean;
}

interface Line {
  mid: string;
  track: Track;
}

/** Sections of a description: the session's own, then one for each `m=` line. Each ends with a line break. */
const sections = (sdp: string): string[] => sdp.split(/(?=^m=)/m);
const midOf = (section: string): string | undefined => /^a=mid:(.*?)\r?$/m.exec(section)?.[1];

/**
 * What a gateway is told: no addresses (it sees where packets come from), and only the codecs whose frames can be
 * encrypted and forwarded: Opus and VP8 with its retransmission. The rest would be two thirds of the bytes.
 */
export function forGateway(sdp: string, tracks: readonly Line[] = [], speech: Speech = { lean: false }): string {
  return sections(sdp)
    .map((section) => tuned(onlyOurCodecs(withoutCandidates(section)), tracks, speech))
    .join("");
}

/** What the browser is told of a gateway's answer: it sends as the other side's description asks it to. */
export function forBrowser(sdp: string, tracks: readonly Line[], speech: Speech): string {
  return sections(sdp)
    .map((section) => tuned(section, tracks, speech))
    .join("");
}

const withoutCandidates = (section: string): string =>
  section.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, "");

function onlyOurCodecs(section: string): string {
  const kind = /^m=(audio|video) /.exec(section)?.[1];
  if (!kind) return section;
  const wanted = kind === "audio" ? /^opus\//i : /^VP8\//i;
  const kept = new Set<string>();
  for (const [, type, codec] of section.matchAll(/^a=rtpmap:(\d+) (\S+)/gm))
    if (wanted.test(codec as string)) kept.add(type as string);
  if (!kept.size) return section;
  for (const [, type, of] of section.matchAll(/^a=fmtp:(\d+) .*?\bapt=(\d+)/gm))
    if (kept.has(of as string)) kept.add(type as string);
  return section
    .replace(/^(m=\S+ \S+ \S+)((?: \d+)+)/, (_, head: string, types: string) => {
      const left = types.trim().split(" ");
      return [head, ...left.filter((type) => kept.has(type))].join(" ");
    })
    .replace(/^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) .*\r?\n/gm, (line, type: string) => (kept.has(type) ? line : ""));
}

/** Opus as the microphone or a screen's sound is to be sent. DTX: nothing is sent while nobody speaks. */
function tuned(section: string, tracks: readonly Line[], { lean }: Speech): string {
  if (section.startsWith("m=video")) return begunSmall(section);
  if (!section.startsWith("m=audio")) return section;
  const mid = midOf(section);
  const track = tracks.find((each) => each.mid === mid)?.track;
  const type = /^a=rtpmap:(\d+) opus\//im.exec(section)?.[1];
  if (!type || (track !== "mic" && track !== "sound")) return section;
  const wishes: Record<string, number> =
    track === "mic"
      ? { usedtx: 1, useinbandfec: 1, stereo: 0, maxaveragebitrate: lean ? 12_000 : 32_000 }
      : { stereo: 1, "sprop-stereo": 1, useinbandfec: 1, maxaveragebitrate: lean ? 24_000 : 64_000 };
  const given = new RegExp(`^a=fmtp:${type} (.*?)\r?$`, "m").exec(section)?.[1] ?? "";
  const values = new Map(given.split(";").flatMap((each) => (each.trim() ? [pair(each.trim())] : [])));
  for (const [name, value] of Object.entries(wishes)) values.set(name, String(value));
  const fmtp = `a=fmtp:${type} ${[...values].map(([name, value]) => `${name}=${value}`).join(";")}\r\n`;
  const ms = lean ? 60 : 20;
  const bare = section.replace(new RegExp(`^a=(fmtp:${type} .*|ptime:.*|maxptime:.*)\r?\n`, "gm"), "");
  return bare.replace(
    new RegExp(`^a=rtpmap:${type} .*\r?\n`, "m"),
    (map) => `${map}${fmtp}a=ptime:${ms}\r\na=maxptime:${Math.max(ms, 60)}\r\n`,
  );
}

/** Chromium otherwise begins with 300 kb/s, which a narrow line takes seconds to get rid of. */
const begunSmall = (section: string): string =>
  section.includes("x-google-start-bitrate")
    ? section
    : section.replace(
        /^a=rtpmap:(\d+) VP8\/90000.*\r?\n/m,
        (map, type) => `${map}a=fmtp:${type} x-google-start-bitrate=120\r\n`,
      );

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
