import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * What the line does: `open` carries; `cut` resets every connection and each new one at once; `hole` swallows all bytes
 * without a word (connections seem to stand); `stall` holds bytes back and brings them late; `half` swallows one way.
 */
export type Line = "open" | "cut" | "hole" | "stall" | { half: Way };
/** `there`: from the one who dialled to the target; `back`: the other way. */
export type Way = "there" | "back";

interface Pair {
  dialler: Socket;
  target: Socket;
  /** bytes or a close were swallowed: the two ends no longer agree, so healing must reset them */
  torn: boolean;
}

/** Most bytes held for one way of one connection before its sender is paused, as a router's buffer would. */
const HELD = 1024 * 1024;

/** A TCP line that a test can break. One per link and direction of dialling. */
export class FaultProxy {
  private line: Line = "open";
  private delayMs = 0;
  private jitterMs = 0;
  private bytesPerSecond = 0;
  private readonly pairs = new Set<Pair>();
  private readonly server: Server;

  private constructor(
    private readonly targetPort: number,
    private readonly random: () => number,
  ) {
    this.server = createServer({ allowHalfOpen: true }, (dialler) => this.join(dialler));
  }

  /** Listens on 127.0.0.1:`port` (0 for a free one) and carries to 127.0.0.1:`targetPort`. */
  static start(port: number, targetPort: number, random: () => number = Math.random): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort, random);
    return new Promise((resolve, reject) => {
      proxy.server.once("error", reject);
      proxy.server.listen(port, "127.0.0.1", () => resolve(proxy));
    });
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** Connections now carried. */
  get connections(): number {
    return this.pairs.size;
  }

  set(line: Line): void {
    this.line = line;
    for (const pair of [...this.pairs]) {
      if (line === "cut" || (line === "open" && pair.torn)) this.reset(pair);
      else this.flow(pair);
    }
  }

  /** Each piece of bytes comes `ms` plus up to `jitterMs` later, in order. */
  delay(ms: number, jitterMs = 0): void {
    this.delayMs = ms;
    this.jitterMs = jitterMs;
  }

  /** Limits each way of each connection; 0 takes the limit away. */
  throttle(bytesPerSecond: number): void {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Takes every fault away. */
  heal(): void {
    this.delay(0);
    this.throttle(0);
    this.set("open");
  }

  stop(): Promise<void> {
    for (const pair of [...this.pairs]) this.reset(pair);
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private join(dialler: Socket): void {
    dialler.on("error", () => {});
    if (this.line === "cut") {
      dialler.resetAndDestroy();
      return;
    }
    const target = connect({ port: this.targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const pair: Pair = { dialler, target, torn: false };
    this.pairs.add(pair);
    dialler.setNoDelay(true);
    target.setNoDelay(true);
    this.carry(pair, "there", dialler, target);
    this.carry(pair, "back", target, dialler);
    this.flow(pair);
  }

  private dead(way: Way): boolean {
    return this.line === "hole" || (typeof this.line === "object" && this.line.half === way);
  }

  private flow(pair: Pair): void {
    for (const socket of [pair.dialler, pair.target]) {
      if (this.line === "stall") socket.pause();
      else socket.resume();
    }
  }

  private carry(pair: Pair, way: Way, from: Socket, to: Socket): void {
    const queue: { due: number; job: () => void }[] = []; // first in, first out: jitter never overtakes
    let timer: Timer | undefined;
    let held = 0;
    const run = () => {
      timer = undefined;
      while (queue[0] && queue[0].due <= performance.now()) queue.shift()?.job();
      if (queue[0]) timer = setTimeout(run, Math.max(1, queue[0].due - performance.now()));
    };
    const later = (bytes: number, job: () => void) => {
      const pace = this.bytesPerSecond ? (bytes * 1000) / this.bytesPerSecond : 0;
      const after = Math.max(queue.at(-1)?.due ?? 0, performance.now() + this.delayMs + this.random() * this.jitterMs);
      queue.push({ due: after + pace, job });
      if (!timer) run();
    };
    from.on("data", (bytes: Buffer) => {
      if (this.dead(way)) {
        pair.torn = true;
        return;
      }
      held += bytes.length;
      if (held > HELD) from.pause();
      later(bytes.length, () => {
        if (!this.pairs.has(pair)) return;
        to.write(bytes, () => {
          held -= bytes.length;
          if (held <= HELD && this.line !== "stall") from.resume();
        });
      });
    });
    from.on("end", () => {
      if (this.dead(way)) pair.torn = true;
      else later(0, () => this.pairs.has(pair) && to.end());
    });
    from.on("error", () => {
      if (this.dead(way)) pair.torn = true;
      else this.reset(pair);
    });
    from.on("close", () => {
      if (!this.dead(way) && to.destroyed) this.pairs.delete(pair);
    });
  }

  private reset(pair: Pair): void {
    if (!this.pairs.delete(pair)) return;
    pair.dialler.resetAndDestroy();
    pair.target.resetAndDestroy();
  }
}
