import { expect, test } from "bun:test";
import type { MediaSeal } from "./seal.ts";
import { Sender } from "./sender.ts";
import { StubRtc } from "./testing/stub-rtc.ts";

const SEAL = { config: {}, sends: () => {}, receives: () => {} } as unknown as MediaSeal;

/** What is sent of a camera of this size: width divided by, and most kb/s, of each layer that is on; largest first. */
async function layers(width: number, height: number, step: "full" | "low" | "audio") {
  const stub = new StubRtc();
  const sender = new Sender(stub.rtc, [], SEAL);
  const [media] = (await stub.rtc.media({ video: true })).getVideoTracks();
  await sender.set("camera", Object.assign(media as MediaStreamTrack, { getSettings: () => ({ width, height }) }));
  await sender.take({ step, why: "none" });
  await sender.publish(async () => "v=0\r\n");
  const { encodings } = stub.peers[0]?.lines[1]?.sender ?? { encodings: [] };
  return encodings.flatMap(({ active, rid, scaleResolutionDownBy = 1, maxBitrate = 0 }) =>
    active ? [`${rid} 1/${scaleResolutionDownBy} ${maxBitrate / 1000}`] : [],
  );
}

test("a large camera is sent in three layers, and low in the smallest of them", async () => {
  expect(await layers(1280, 720, "full")).toEqual(["h 1/1 900", "m 1/2 300", "l 1/4 100"]);
  expect(await layers(1280, 720, "low")).toEqual(["l 1/4 100"]);
});

test("of a small camera the one layer is sent that everybody can have", async () => {
  expect(await layers(640, 480, "full")).toEqual(["l 1/1 600"]);
  expect(await layers(640, 480, "low")).toEqual(["l 1/4 100"]);
  expect(await layers(176, 144, "low")).toEqual(["l 1/1.1 100"]);
});

test("with sound alone no layer is sent", async () => {
  expect(await layers(1280, 720, "audio")).toEqual([]);
  expect(await layers(640, 480, "audio")).toEqual([]);
});

test("where somebody else's line is poor it is spoken sparingly, whatever one's own bears", async () => {
  const stub = new StubRtc();
  const sender = new Sender(stub.rtc, [], SEAL);
  const speech = () => stub.peers[0]?.lines[0]?.sender.encodings[0]?.maxBitrate;
  await sender.take({ step: "full", why: "none", spare: true });
  expect(speech()).toBe(12_000);
  await sender.take({ step: "full", why: "none", spare: false });
  expect(speech()).toBe(32_000);
});
