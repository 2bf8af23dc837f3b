import { expect, test } from "bun:test";
import { type Talk, overFor } from "./ending.ts";
import { availableOf, levelOf, receivedOf, rttOf, sampleOf, sentOf } from "./stats.ts";

const report = (...rows: ({ id: string; type: string } & Record<string, unknown>)[]) =>
  new Map(rows.map((row) => [row.id, row]));
const PAIR = { id: "p", type: "candidate-pair", currentRoundTripTime: 0.12, availableOutgoingBitrate: 300_000 };
const TRANSPORT = { id: "t", type: "transport", selectedCandidatePairId: "p" };

test("delay and room are those of the pair in use", () => {
  const other = { id: "q", type: "candidate-pair", currentRoundTripTime: 9, nominated: false, state: "succeeded" };
  const all = report(other, PAIR, TRANSPORT);
  expect([rttOf(all), availableOf(all)]).toEqual([120, 300]);
  // Firefox names no pair on its transport.
  expect(rttOf(report(other, { ...PAIR, nominated: true, state: "succeeded" }))).toBe(120);
  expect([rttOf(report()), availableOf(report())]).toEqual([null, null]);
});

test("what was sent and received is told by track, also as old browsers say it", () => {
  const sent = report({
    id: "o",
    type: "outbound-rtp",
    mid: "1",
    rid: "l",
    bytesSent: 10,
    packetsSent: 2,
    framesEncoded: 3,
  });
  expect(sentOf(sent, (mid) => (mid === "1" ? "camera" : undefined))).toEqual([
    { track: "camera", layer: "l", bytes: 10, packets: 2, frames: 3, width: 0, height: 0 },
  ]);
  const old = report(
    {
      id: "i",
      type: "inbound-rtp",
      trackId: "x",
      bytesReceived: 7,
      packetsReceived: 3,
      packetsLost: -1,
      framesDecoded: 4,
    },
    { id: "x", type: "track", trackIdentifier: "abc", frameWidth: 320, frameHeight: 240 },
  );
  const whose = (id: string) => (id === "abc" ? { seat: "s", track: "camera" as const } : undefined);
  expect(receivedOf(old, whose)).toMatchObject([{ seat: "s", lost: 0, frames: 4, width: 320, height: 240 }]);
});

test("loss is of what came since, and the worse of both ways counts", () => {
  const inbound = (packetsReceived: number, packetsLost: number) =>
    report({ id: "i", type: "inbound-rtp", packetsReceived, packetsLost });
  const out = { id: "o", type: "outbound-rtp", bytesSent: 35_000, timestamp: 1000 };
  const sending = report({ id: "r", type: "remote-inbound-rtp", fractionLost: 0.02 }, out, PAIR, TRANSPORT);
  const first = sampleOf(sending, inbound(1000, 500), { received: 900, lost: 500, sent: 0, at: 0 });
  expect(first.sample).toEqual({ loss: 0.02, rtt: 120, available: 300, limited: "none" });
  expect(sampleOf(sending, inbound(1090, 510), first.counted).sample.loss).toBe(0.1);
  // Who only listens is not told of a weak line.
  expect(sampleOf(sending, inbound(1090, 510), first.counted).sample.available).toBeNull();
  // Nor who sends little of what is thought to be there: more was never tried.
  const little = { received: 900, lost: 500, sent: 5_000, at: 0 };
  expect(sampleOf(sending, inbound(1000, 500), little).sample.available).toBeNull();
  // A handful of packets is no measure.
  expect(sampleOf(report(), inbound(4, 4), { received: 0, lost: 0, sent: 0, at: 0 }).sample.loss).toBe(0);
  expect([0, 0.05, 0.2].map((loss) => levelOf({ ...first.sample, loss }))).toEqual([3, 2, 1]);
});

test("a call of two is over when one is left; groups and those beyond a cut are waited for", () => {
  const talk: Talk = {
    ...{ kind: "call", direct: true, mine: true, others: false, met: true, rings: false, rang: true, cut: false },
    age: 10_000,
  };
  expect(overFor(talk)).toBe("ended");
  for (const waited of [{ others: true }, { direct: false }, { kind: "conference" as const }, { cut: true }])
    expect(overFor({ ...talk, ...waited })).toBeNull();
  const calling = { ...talk, met: false };
  expect(overFor(calling)).toBe("declined");
  expect(overFor({ ...calling, age: 45_000 })).toBe("unanswered");
  expect(overFor({ ...calling, rings: true })).toBeNull();
  expect(overFor({ ...calling, rang: false })).toBeNull();
});
