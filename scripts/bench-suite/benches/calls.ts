import { rmSync } from "node:fs";
import { MediaPage, type PageStats, type Sending } from "../../../server/testing/calls-page.ts";
import { beepWay, rawWay, type Way } from "../calls.ts";
import { callHouse } from "../calls-house.ts";
import { stopwatch } from "../proc.ts";
import { type Bench, figure, median, ratio, short } from "../report.ts";
import { spread } from "../stats.ts";

/** One sends; so many receive, first a few and then all: what one more stream costs is the difference. */
const FEW = 4;
const MANY = 24;
/** A conference as it is shown: nine pictures and all voices that are on, of which four. */
const STREAMS_EACH = 9 + 4;
/** IPv4 and UDP, and SRTP's tag: what a packet has beside RTP's own head and payload. */
const PER_PACKET = 28 + 10;

interface Sample {
  /** CPU-milliseconds of the media server for a second of one forwarded stream */
  stream: number;
  /** of the node beside it */
  node: number;
  /** share of a core that others took meanwhile */
  others: number;
  /** joining: until the first packet, milliseconds, one for each receiver */
  joins: number[];
}

async function forward(way: Way, seconds: number): Promise<Sample> {
  const pages = await Promise.all([MediaPage.open(), MediaPage.open()]);
  const [sender, receiver] = pages;
  try {
    const watch = async () => {
      await Bun.sleep(1000);
      const [media, node] = [stopwatch([way.gateway]), stopwatch(way.others)];
      await Bun.sleep(seconds * 1000);
      const [a, b] = [media(), node()];
      return {
        media: (a.server / a.seconds) * 1000,
        node: (b.server / b.seconds) * 1000,
        others: a.others / a.seconds,
      };
    };
    await way.send(sender, { audio: true, video: true });
    const joins: number[] = [];
    while (joins.length < FEW) joins.push(await way.receive(receiver));
    const few = await watch();
    while (joins.length < MANY) joins.push(await way.receive(receiver));
    const many = await watch();
    const streams = 2 * (MANY - FEW);
    return {
      stream: (many.media - few.media) / streams,
      node: Math.max(0, many.node - few.node) / streams,
      others: many.others,
      joins,
    };
  } finally {
    for (const page of pages) await page.close();
    await way.stop();
  }
}

/** kb/s on the wire of a fake voice, one way: a beep a second, and silence between. */
async function voice(way: Way, seconds: number, thrifty: boolean): Promise<number> {
  const page = await MediaPage.open();
  try {
    const what: Sending = { audio: true, video: false, thrifty };
    await way.send(page, what);
    await Bun.sleep(1500);
    const at = performance.now();
    const before = wire(await page.stats());
    await Bun.sleep(seconds * 1000);
    return ((wire(await page.stats()) - before) * 8) / (performance.now() - at);
  } finally {
    await page.close();
    await way.stop();
  }
}

const wire = ({ sent }: PageStats): number =>
  sent.reduce((sum, { bytes, headers, packets }) => sum + bytes + headers + packets * PER_PACKET, 0);

export const calls: Bench = async ({ dir, quick, runs }) => {
  const seconds = quick ? 4 : 8;
  const raw: Sample[] = [];
  const beep: Sample[] = [];
  for (let run = 0; run < runs; run++) {
    raw.push(await forward(await rawWay(`${dir}/raw-${run}`), seconds));
    const house = await callHouse(`${dir}/beep-${run}`, MANY + 1);
    beep.push(await forward(await beepWay(house), seconds));
    await house.stop();
    rmSync(`${dir}/beep-${run}`, { recursive: true });
  }
  const full = await voice(await rawWay(`${dir}/full`), seconds, false);
  const thin = await voice(await rawWay(`${dir}/thin`), seconds, true);
  const all = (samples: readonly Sample[], pick: (sample: Sample) => number) => samples.map(pick);
  const joins = (samples: readonly Sample[], q: number) =>
    samples.map((sample) => sample.joins.toSorted((a, b) => a - b)[Math.ceil(q * sample.joins.length) - 1] as number);
  const others = (samples: readonly Sample[]) =>
    `others ${Math.round(median(all(samples, (s) => s.others)) * 100)}% of a core`;
  const perCore = (ms: number) => Math.floor(1000 / ms / STREAMS_EACH);
  const cost = median(all(beep, (s) => s.stream + s.node));
  return {
    name: "calls",
    title: "media through a gateway",
    method: `One page sends a voice and a picture of 320×240 (150 kb/s, 10/s); another receives them over ${FEW}, then ${MANY} connections; what a stream costs is the difference, from /proc. Beep's gateway is the same Janus, led by a node, with every receiver a signed-in person in the call. Frames are not sealed here: gateways do not open them. How many participants a core bears is reckoned from that, with ${STREAMS_EACH} streams to each (nine pictures, four voices).`,
    rows: [
      {
        what: "limit: Janus by itself, CPU for a second of one forwarded stream",
        figure: figure(
          all(raw, (s) => s.stream),
          " ms",
        ),
        cpu: others(raw),
      },
      {
        what: "Beep: the same, gateway",
        figure: figure(
          all(beep, (s) => s.stream),
          " ms",
        ),
        cpu: others(beep),
      },
      {
        what: "Beep: the same, the node beside it",
        figure: figure(
          all(beep, (s) => s.node),
          " ms",
        ),
      },
      ratio("Beep, gateway and node, over the limit", cost, median(all(raw, (s) => s.stream)), undefined, 1.3),
      {
        what: `participants a core bears, ${STREAMS_EACH} small streams to each (reckoned)`,
        figure: `${perCore(cost)}; Janus by itself ${perCore(median(all(raw, (s) => s.stream)))}`,
      },
      { what: "limit: from subscribing to the first packet, p50", figure: figure(joins(raw, 0.5), " ms") },
      { what: "limit: the same, p99", figure: figure(joins(raw, 0.99), " ms") },
      { what: "Beep: from joining to the first packet, p50", figure: figure(joins(beep, 0.5), " ms") },
      {
        what: "Beep: the same, p99",
        figure: figure(joins(beep, 0.99), " ms"),
        target: "≤ 1000 ms",
        met: spread(joins(beep, 0.99)).median <= 1000,
      },
      { what: "a voice on the wire as browsers send it", figure: `${short(full)} kb/s` },
      {
        what: "a voice on the wire, thrifty (12 kb/s Opus, silence unsent, 60 ms a packet)",
        figure: `${short(thin)} kb/s`,
        target: "≤ 16 kb/s",
        met: thin <= 16,
      },
    ],
    samples: { raw, beep, full, thin },
  };
};
