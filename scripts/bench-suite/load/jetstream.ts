import { connectNats } from "../../../server/replication/nats/nats.ts";
import { quantile } from "../stats.ts";

/**
 * The limit between provinces: frames of records through the change log alone (JetStream with sync always at the
 * origin, sourced by the other province), without stores or sockets. Both ends are in this process.
 */
export interface JetStreamWork {
  /** paths of the two nats.json */
  from: string;
  to: string;
  /** bytes of a record, records in a frame */
  record: number;
  frame: number;
  seconds: number;
}

export interface JetStreamSample {
  /** milliseconds of single messages */
  p50: number;
  p99: number;
  /** records per second when whole frames follow each other */
  rate: number;
}

async function measure(work: JetStreamWork): Promise<JetStreamSample> {
  const quiet = () => {};
  const config = async (path: string) => JSON.parse(await Bun.file(path).text());
  const origin = connectNats({ province: "is", config: await config(work.from), log: quiet });
  const reader = connectNats({ province: "pb", config: await config(work.to), log: quiet });
  let arrived: (bytes: number) => void = () => {};
  reader.changeLog.subscribe("is", { life: 0, seq: 0 }, async ({ bytes }) => arrived(bytes.length));
  await Promise.all([origin.start(), reader.start()]);
  let last = 0;
  const append = (records: number) =>
    origin.changeLog.append([
      { dest: "pb", shard: 0, file: 0, last: ++last, bytes: new Uint8Array(records * work.record) },
    ]);
  const single = async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    arrived = () => resolve();
    const at = performance.now();
    await append(1);
    await promise;
    return performance.now() - at;
  };
  for (let i = 0; i < 20; i++) await single();
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    times.push(await single());
    await Bun.sleep(5);
  }
  times.sort((a, b) => a - b);

  let got = 0;
  arrived = (bytes) => {
    got += bytes / work.record;
  };
  let running = true;
  const pump = (async () => {
    while (running) await append(work.frame);
  })();
  await Bun.sleep(1000);
  const before = got;
  const at = performance.now();
  await Bun.sleep(work.seconds * 1000);
  const rate = (got - before) / ((performance.now() - at) / 1000);
  running = false;
  await pump;
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), rate };
}

if (import.meta.main) {
  console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] as string) as JetStreamWork)));
  process.exit(0);
}
