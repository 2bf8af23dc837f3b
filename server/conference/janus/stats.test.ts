import { expect, test } from "bun:test";
import { between, sumsOf } from "./stats.ts";

/** As the server tells of a handle: one entry per line, by its place. */
const info = (packets: number, lost: number, bytes: number, out = 0, rtt = 0) => ({
  webrtc: {
    media: {
      "0": {
        rtcp: { main: { lost, rtt } },
        stats: { in: { packets, bytes }, out: { bytes: out } },
      },
      "1": { rtcp: { main: { lost: -3, rtt: 0 } }, stats: { in: { packets: 0, bytes: 0 } } },
    },
  },
});

test("a reading tells of the time since the one before", () => {
  const was = sumsOf(info(100, 0, 10_000), 0);
  const now = sumsOf(info(190, 10, 20_000, 0, 42), 2000);
  expect(between(was, now, undefined, undefined)).toEqual({ lossIn: 0.1, rtt: 42, kbpsIn: 40, kbpsOut: 0 });
});

test("what it sends is read from the receiving connection", () => {
  const send = sumsOf(info(100, 0, 0), 1000);
  const stats = between(send, send, sumsOf(info(0, 0, 0, 1000), 0), sumsOf(info(0, 0, 0, 2000, 7), 1000));
  expect(stats).toEqual({ lossIn: 0, rtt: 7, kbpsIn: 0, kbpsOut: 8 });
});

test("nothing known is nothing lost", () => {
  expect(between(undefined, sumsOf({}, 5), undefined, undefined)).toEqual({
    lossIn: 0,
    rtt: null,
    kbpsIn: 0,
    kbpsOut: 0,
  });
});
