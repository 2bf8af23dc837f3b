import { expect, test } from "bun:test";
import { extension, isDescription, parts, withoutCandidates } from "./sdp.ts";

const sdp = [
  "v=0",
  "o=- 1 2 IN IP4 127.0.0.1",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=candidate:1 1 udp 2113937151 10.0.0.7 40000 typ host",
  "a=mid:0",
  "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "a=end-of-candidates",
  "m=video 9 UDP/TLS/RTP/SAVPF 96",
  "a=mid:v1",
  "a=extmap:13/sendonly urn:3gpp:video-orientation",
  "",
].join("\r\n");

test("a browser's addresses are taken out, and nothing else", () => {
  const bare = withoutCandidates(sdp);
  expect(bare).not.toContain("10.0.0.7");
  expect(bare).not.toContain("end-of-candidates");
  expect(bare.split("\r\n")).toHaveLength(sdp.split("\r\n").length - 2);
  expect(withoutCandidates(sdp.replaceAll("\r\n", "\n"))).not.toContain("10.0.0.7");
});

test("its parts and their extensions are found", () => {
  const [audio, video] = parts(sdp);
  expect(parts(sdp).map(({ kind, mid }) => [kind, mid])).toEqual([
    ["audio", "0"],
    ["video", "v1"],
  ]);
  expect(audio && extension(audio, "urn:ietf:params:rtp-hdrext:ssrc-audio-level")).toBe(1);
  expect(audio && extension(audio, "urn:3gpp:video-orientation")).toBeUndefined();
  expect(video && extension(video, "urn:3gpp:video-orientation")).toBe(13);
});

test("what is no description is told from one", () => {
  expect(isDescription(sdp)).toBe(true);
  expect(isDescription("v=0\r\n")).toBe(false);
  expect(isDescription("nonsense")).toBe(false);
});
