const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

interface Histogram {
  counts: number[];
  sum: number;
  count: number;
}
type Reading = number | Record<string, number>;

/**
 * Counters, gauges and histograms of one node, in the Prometheus text format (version 0.0.4). Names carry their unit
 * (`_total`, `_seconds`, `_bytes`); a gauge that reads an object has one series per key, under the label given.
 */
export class Metrics {
  private readonly counters = new Map<string, number>();
  private readonly gauges = new Map<string, { label: string; read: () => Reading }>();
  private readonly histograms = new Map<string, Histogram>();

  count(name: string, by = 1): void {
    this.counters.set(name, (this.counters.get(name) ?? 0) + by);
  }

  gauge(name: string, read: () => Reading, label = "key"): void {
    this.gauges.set(name, { label, read });
  }

  /** @param value seconds */
  observe(name: string, value: number): void {
    const histogram = this.histograms.get(name) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
    this.histograms.set(name, histogram);
    const bucket = BUCKETS.findIndex((bound) => value <= bound);
    if (bucket >= 0) (histogram.counts[bucket] as number)++;
    histogram.sum += value;
    histogram.count++;
  }

  render(): string {
    const lines: string[] = [];
    for (const [name, value] of this.counters) lines.push(`# TYPE ${name} counter`, `${name} ${value}`);
    for (const [name, { label, read }] of this.gauges) {
      const value = read();
      lines.push(`# TYPE ${name} gauge`);
      if (typeof value === "number") lines.push(`${name} ${value}`);
      else for (const [key, one] of Object.entries(value)) lines.push(`${name}{${label}="${key}"} ${one}`);
    }
    for (const [name, { counts, sum, count }] of this.histograms) {
      lines.push(`# TYPE ${name} histogram`);
      let below = 0;
      BUCKETS.forEach((bound, i) => {
        below += counts[i] as number;
        lines.push(`${name}_bucket{le="${bound}"} ${below}`);
      });
      lines.push(`${name}_bucket{le="+Inf"} ${count}`, `${name}_sum ${sum}`, `${name}_count ${count}`);
    }
    return `${lines.join("\n")}\n`;
  }
}

/** What every node tells of itself besides. */
export function measureNode(
  metrics: Metrics,
  node: { waiting: () => Record<string, number>; links: () => { province: string; up: boolean }[] },
): void {
  metrics.gauge("process_resident_memory_bytes", () => process.memoryUsage.rss());
  metrics.gauge("process_cpu_seconds_total", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge("beep_outbox_events", node.waiting, "province");
  metrics.gauge(
    "beep_link_up",
    () => Object.fromEntries(node.links().map(({ province, up }) => [province, up ? 1 : 0])),
    "province",
  );
}

/** What a node that makes calls tells of them. Of content nothing; of provinces only those of the fleet. */
export interface CallReadings {
  calls: number;
  /** of this node's own people */
  seats: number;
  gatewayUp: boolean;
  /** feeds that come here from other provinces' gateways */
  trunks: number;
  /** 0 to 1, as measured on the way to each other province; those not measured are left out */
  trunkLoss: Record<string, number>;
  /** of all seats that have media on this gateway; loss 0 to 1 of packets from them, rtt in milliseconds */
  media: { loss: number; kbpsIn: number; kbpsOut: number; rtt: number | null };
}

export function measureCalls(metrics: Metrics, read: () => CallReadings): void {
  // There from the start, so that a rise can be watched.
  metrics.count("beep_gateway_restarts_total", 0);
  metrics.gauge("beep_calls", () => read().calls);
  metrics.gauge("beep_call_seats", () => read().seats);
  metrics.gauge("beep_gateway_up", () => (read().gatewayUp ? 1 : 0));
  metrics.gauge("beep_trunks", () => read().trunks);
  metrics.gauge("beep_trunk_loss", () => read().trunkLoss, "province");
  metrics.gauge("beep_call_loss", () => read().media.loss);
  metrics.gauge("beep_call_kbps_in", () => read().media.kbpsIn);
  metrics.gauge("beep_call_kbps_out", () => read().media.kbpsOut);
  metrics.gauge("beep_call_rtt_seconds", () => {
    const { rtt } = read().media;
    // no series while nobody's round trip is known
    return rtt === null ? {} : rtt / 1000;
  });
}
