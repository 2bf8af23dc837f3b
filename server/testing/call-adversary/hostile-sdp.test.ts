import { expect, test } from "bun:test";
import { isDescription, isOffered, withoutCandidates } from "../../conference/janus/sdp.ts";

const head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
const audio = (mid: string) => `m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:${mid}\r\n`;
const video = (mid: string) => `m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:${mid}\r\n`;
const candidate = "a=candidate:1 1 udp 2122260223 203.0.113.7 5060 typ host";

test("no candidate passes, however its line is ended", () => {
  for (const end of ["", "\n", "\r\n", "\r", "\rjunk\r\n", " \r\n", "\u2028\r\n", "\ngarbage"]) {
    for (const line of [candidate, "a=remote-candidates:1 203.0.113.7 5060", "a=end-of-candidates"]) {
      const sdp = withoutCandidates(head + audio("0") + line + end);
      expect(sdp).not.toContain("203.0.113.7");
      expect(sdp).not.toContain("candidates");
      expect(sdp).toContain("a=mid:0\r\n");
    }
  }
  expect(withoutCandidates(`${head}${candidate}\r\n${audio("0")}`)).not.toContain("203.0.113.7");
});

test("every line of what is passed on ends alike, so that nothing hides in one", () => {
  const sdp = withoutCandidates(`${head}${audio("0")}a=x\ra=candidate:1 1 udp 1 203.0.113.7 5060 typ host\n`);
  expect(sdp).not.toMatch(/\r(?!\n)|[^\r]\n/);
  expect(sdp).not.toContain("203.0.113.7");
});

test("a track is of its kind, a data channel none, and the lines are few", () => {
  const offered = (sdp: string, ...tracks: { mid: string; track: "mic" | "camera" | "screen" | "sound" }[]) =>
    isOffered(head + sdp, tracks);
  expect(offered(audio("0") + video("1"), { mid: "0", track: "mic" }, { mid: "1", track: "camera" })).toBe(true);
  expect(offered(audio("0"), { mid: "0", track: "camera" })).toBe(false);
  expect(offered(video("0"), { mid: "0", track: "mic" })).toBe(false);
  expect(offered(video("0"), { mid: "0", track: "sound" })).toBe(false);
  expect(offered(audio("0"), { mid: "7", track: "mic" })).toBe(false);
  const data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n";
  expect(offered(audio("0") + data, { mid: "0", track: "mic" })).toBe(false);
  expect(offered(Array.from({ length: 3_000 }, () => audio("0")).join(""), { mid: "0", track: "mic" })).toBe(false);
  expect(offered("", { mid: "0", track: "mic" })).toBe(false);
});

test("an answer of thousands of lines is no description", () => {
  expect(isDescription(head + audio("0"))).toBe(true);
  expect(isDescription(head + audio("0").repeat(200))).toBe(true);
  expect(isDescription(head + audio("0").repeat(3_000))).toBe(false);
  expect(isDescription(`${head}a=tool:m=audio`)).toBe(false);
  expect(isDescription(`${head}${audio("0")}a=x\u2028m=video 9`)).toBe(false);
});

test("reading the worst description takes no longer than its length makes it", () => {
  const took = (text: string): number => {
    const rounds = Array.from({ length: 5 }, () => {
      const began = performance.now();
      withoutCandidates(head + text);
      isOffered(head + text, [{ mid: "0", track: "mic" }]);
      isDescription(head + text);
      return performance.now() - began;
    });
    return Math.min(...rounds);
  };
  // Where time grows with the square of the length, sixteen times the length takes 256 times as long.
  for (const worst of ["a=candidate:", "\r", "m=audio\r", "a=mid:"]) {
    const count = Math.floor(131_000 / worst.length);
    const short = took(worst.repeat(Math.floor(count / 16)));
    expect(took(worst.repeat(count)) / Math.max(short, 0.05)).toBeLessThan(100);
  }
});
