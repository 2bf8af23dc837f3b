import { expect, test } from "bun:test";
import { forBrowser, forGateway } from "./sdp.ts";

const lines = (...all: string[]) => all.map((line) => `${line}\r\n`).join("");
const MIC = lines(
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 110",
  "c=IN IP4 0.0.0.0",
  "a=candidate:1 1 udp 2113937151 192.168.1.7 51234 typ host",
  "a=end-of-candidates",
  "a=mid:0",
  "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "a=sendonly",
  "a=rtpmap:111 opus/48000/2",
  "a=rtcp-fb:111 transport-cc",
  "a=fmtp:111 minptime=10;useinbandfec=1",
  "a=rtpmap:63 red/48000/2",
  "a=fmtp:63 111/111",
  "a=rtpmap:9 G722/8000",
  "a=rtpmap:110 telephone-event/48000",
);
const CAMERA = lines(
  "m=video 9 UDP/TLS/RTP/SAVPF 96 97 45 46 98",
  "a=mid:1",
  "a=rtpmap:45 AV1/90000",
  "a=rtpmap:46 rtx/90000",
  "a=fmtp:46 apt=45",
  "a=rtpmap:96 VP8/90000",
  "a=rtcp-fb:96 nack pli",
  "a=rtpmap:97 rtx/90000",
  "a=fmtp:97 apt=96",
  "a=rtpmap:98 VP9/90000",
  "a=fmtp:98 profile-id=0",
  "a=rid:l send",
  "a=simulcast:send l;m;h",
);
const OFFER = lines("v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1") + MIC + CAMERA;
const TRACKS = [
  { mid: "0", track: "mic" },
  { mid: "1", track: "camera" },
] as const;

test("a gateway is told no addresses and no codecs but ours", () => {
  const sdp = forGateway(OFFER, TRACKS);
  expect(sdp).not.toContain("candidate");
  expect(sdp).toContain("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n");
  expect(sdp).toContain("m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n");
  for (const gone of ["red/", "G722", "telephone", "AV1", "VP9", "apt=45", "a=fmtp:63"])
    expect(sdp).not.toContain(gone);
  for (const kept of ["ssrc-audio-level", "a=fmtp:97 apt=96", "nack pli", "a=simulcast:send l;m;h", "transport-cc"])
    expect(sdp).toContain(kept);
});

test("speech is sent with DTX and in-band FEC, and lean in long packets", () => {
  expect(forGateway(OFFER, TRACKS)).toContain(
    "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1;stereo=0;maxaveragebitrate=32000\r\na=ptime:20\r\na=maxptime:60\r\n",
  );
  const lean = forBrowser(OFFER, TRACKS, { lean: true });
  expect(lean).toContain("usedtx=1;stereo=0;maxaveragebitrate=12000\r\na=ptime:60\r\na=maxptime:60\r\n");
  // Said again, it is said once.
  expect(forBrowser(lean, TRACKS, { lean: false }).match(/a=ptime/g)?.length).toBe(1);
});

test("an Opus line without parameters gets them, and a screen's sound is stereo without DTX", () => {
  const bare = OFFER.replace("a=fmtp:111 minptime=10;useinbandfec=1\r\n", "");
  expect(forBrowser(bare, TRACKS, { lean: true })).toContain("a=fmtp:111 usedtx=1;useinbandfec=1;");
  const sound = forBrowser(OFFER, [{ mid: "0", track: "sound" }], { lean: false });
  expect(sound).toContain("stereo=1;sprop-stereo=1;maxaveragebitrate=64000");
  expect(sound).not.toContain("usedtx");
});

test("what holds none of our codecs is left as it is, also with bare line feeds", () => {
  const other = lines("v=0") + lines("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=mid:2");
  expect(forGateway(other)).toBe(other);
  const h264 = lines("m=video 9 X 102", "a=mid:0", "a=rtpmap:102 H264/90000");
  expect(forGateway(h264)).toBe(h264);
  expect(forGateway(OFFER.replace(/\r\n/g, "\n"), TRACKS)).toContain("m=video 9 UDP/TLS/RTP/SAVPF 96 97\n");
});
