import { Fleet } from "../../../server/ops/fleet.ts";
import type { JetStreamSample } from "../load/jetstream.ts";
import type { PairsSample } from "../load/pairs.ts";
import { load } from "../load/run.ts";
import type { SteadySample } from "../load/steady.ts";
import { type Bench, cpuBeside, figure, median, ratio } from "../report.ts";
import { endLater } from "../system.ts";
import { options, two } from "../two.ts";

const PAIRS = 100;

export const cross: Bench = async ({ dir, quick, runs }) => {
  const raw: JetStreamSample[] = [];
  const one: SteadySample[] = [];
  const many: PairsSample[] = [];
  const sample = quick ? 2 : 4;
  for (let run = 0; run < runs; run++) {
    const limit = await Fleet.open(options(`${dir}/raw-${run}`));
    endLater(() => limit.stop());
    await Promise.all(limit.sites.map(({ nats }) => nats?.start()));
    const path = (code: string) => `${dir}/raw-${run}/${code}/nats.json`;
    raw.push(
      await load<JetStreamSample>("jetstream", {
        from: path("is"),
        to: path("pb"),
        record: 296,
        frame: 64,
        seconds: sample,
      }),
    );
    await Promise.all(limit.sites.map(({ nats }) => nats?.stop()));

    const { target, stop } = await two(`${dir}/cross-${run}`, PAIRS);
    one.push(
      ...(await load<SteadySample[]>("steady", {
        target,
        connections: 2 * PAIRS,
        rate: 10,
        warm: 1,
        sample,
        samples: 1,
      })),
    );
    many.push(
      ...(await load<PairsSample[]>("pairs", {
        target,
        connections: 2 * PAIRS,
        window: 32,
        warm: 2,
        sample,
        samples: 1,
      })),
    );
    await stop();
  }
  const rate = (s: PairsSample) => s.delivered / s.seconds;
  const over = median(one.map((s) => s.p50)) - median(raw.map((s) => s.p50));
  return {
    name: "cross",
    title: "from a person in one province to one in another",
    method:
      "Two provinces, each its own nats-server with sync always and its own node. The limit is the change log alone, one way, without stores or sockets; Beep carries messages both ways, all stored at both ends, with delivered and stored marks coming back.",
    rows: [
      {
        what: "limit: one message through JetStream, p50",
        figure: figure(
          raw.map((s) => s.p50),
          " ms",
        ),
      },
      {
        what: "Beep: one message, person to person, p50 at 10 msg/s",
        figure: figure(
          one.map((s) => s.p50),
          " ms",
        ),
        cpu: cpuBeside(one),
      },
      {
        what: "Beep beyond the limit, p50",
        figure: figure([over], " ms").replace(" (1 run)", ""),
        target: "≤ 10 ms",
        met: over <= 10,
        gap: "two commits on one disk, and the publisher's and applier's turns",
      },
      {
        what: "limit: records per second, frames of 64, one way",
        figure: figure(
          raw.map((s) => s.rate),
          "/s",
        ),
      },
      {
        what: "Beep: sustained, both ways together, 32 in flight each",
        figure: figure(many.map(rate), "/s"),
        cpu: cpuBeside(many),
      },
      {
        ...ratio("Beep over the limit", median(many.map(rate)), median(raw.map((s) => s.rate)), 0.8),
        gap: "the reader commits one frame of the log after the other, and a commit of the origin is parted into frames by 16 shards: apply all that have come in one commit; besides, four processes share two cores here",
      },
    ],
    samples: { raw, one, many },
  };
};
