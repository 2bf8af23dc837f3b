import type { Province } from "#protocol/ids";
import type { Timers } from "./parts.ts";
import type { Peers } from "./ports.ts";

/** A clock that moves when it is told to. */
export class TestClock implements Timers {
  now = 1_800_000_000_000;
  private timers: { at: number; work: () => void; every: number }[] = [];

  after = (ms: number, work: () => void) => this.add(ms, work, 0);
  every = (ms: number, work: () => void) => this.add(ms, work, ms);

  async run(ms: number): Promise<void> {
    const until = this.now + ms;
    await settle();
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.now = Math.max(this.now, next.at);
      if (next.every > 0) next.at = this.now + next.every;
      else this.timers = this.timers.filter((timer) => timer !== next);
      next.work();
      await settle();
    }
    this.now = until;
  }

  private add(ms: number, work: () => void, every: number): () => void {
    const timer = { at: this.now + ms, work, every };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }
}

/** Promises of fakes are done after a few turns of the microtask queue. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The live channel of several provinces: a message takes 5 ms, and may be lost. */
export class TestChannel {
  private readonly listeners = new Map<Province, ((from: Province, message: unknown) => void)[]>();
  private readonly links = new Map<Province, (() => void)[]>();
  private readonly cuts = new Set<string>();
  loss = 0;
  sent = 0;

  constructor(
    private readonly clock: TestClock,
    private readonly provinces: readonly Province[],
    private readonly random: () => number = Math.random,
  ) {}

  port(own: Province): Peers {
    return {
      links: () =>
        this.provinces.filter((one) => one !== own).map((province) => ({ province, up: !this.isCut(own, province) })),
      onLinks: (listener) => keep(this.links, own, listener),
      listen: (handler) => keep(this.listeners, own, handler),
      send: (to, message) => this.send(own, to, message),
    };
  }

  /** As though the province had said it. */
  send(from: Province, to: Province, message: unknown): void {
    const text = JSON.stringify(message);
    this.sent++;
    if (this.isCut(from, to) || this.random() < this.loss) return;
    this.clock.after(5, () => {
      if (this.isCut(from, to)) return;
      for (const listener of [...(this.listeners.get(to) ?? [])]) listener(from, JSON.parse(text));
    });
  }

  cut(a: Province, b: Province, on = true): void {
    for (const link of [`${a} ${b}`, `${b} ${a}`]) {
      if (on) this.cuts.add(link);
      else this.cuts.delete(link);
    }
    for (const one of [a, b]) for (const listener of this.links.get(one) ?? []) listener();
  }

  private isCut = (a: Province, b: Province): boolean => this.cuts.has(`${a} ${b}`);
}

function keep<T>(map: Map<Province, T[]>, key: Province, value: T): () => void {
  map.set(key, [...(map.get(key) ?? []), value]);
  return () =>
    map.set(
      key,
      (map.get(key) ?? []).filter((one) => one !== value),
    );
}
