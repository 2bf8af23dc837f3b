import type { udp } from "bun";

/** What a line of datagrams suffers. Each direction has its own. */
export interface UdpFaults {
  /** share of datagrams lost, 0 to 1 */
  loss: number;
  /** milliseconds on the way, and up to how many more; never out of order */
  delay: number;
  jitter: number;
  /** kilobits a second, 0 without limit: what waits longer than `queue` milliseconds is lost, as in a router */
  kbps: number;
  queue: number;
  down: boolean;
}

/** `there`: from the one who speaks first to the target; `back`: the other way. */
export type UdpWay = "there" | "back";

const CLEAR: UdpFaults = { loss: 0, delay: 0, jitter: 0, kbps: 0, queue: 400, down: false };
/** What IPv4 and UDP add to each datagram, so that a limit means what it means on a line. */
const HEADERS = 28;

/** One direction of the line, shared by all flows over it. */
class Pipe {
  faults: UdpFaults = { ...CLEAR };
  carried = 0;
  lost = 0;
  private readonly held: { due: number; send: () => void }[] = [];
  private freeAt = 0;
  private timer: Timer | undefined;

  constructor(private readonly random: () => number) {}

  take(bytes: number, send: () => void): void {
    const now = performance.now();
    const { loss, delay, jitter, kbps, queue, down } = this.faults;
    const start = Math.max(now, this.freeAt);
    if (down || this.random() < loss || (kbps > 0 && start - now > queue)) {
      this.lost++;
      return;
    }
    this.carried++;
    const through = kbps > 0 ? start + ((bytes + HEADERS) * 8) / kbps : now;
    if (kbps > 0) this.freeAt = through;
    const due = Math.max(this.held.at(-1)?.due ?? 0, through + delay + this.random() * jitter);
    if (due <= now) send();
    else this.held.push({ due, send });
    if (this.held.length > 0 && !this.timer) this.run();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.held.length = 0;
  }

  private run(): void {
    this.timer = undefined;
    const now = performance.now();
    while (this.held[0] && this.held[0].due <= now) this.held.shift()?.send();
    if (this.held[0]) this.timer = setTimeout(() => this.run(), Math.max(1, this.held[0].due - now));
  }
}

/** A UDP line that a test can make bad. Whoever speaks to its port gets a way of its own to the target. */
export class UdpProxy {
  private readonly flows = new Map<string, Promise<udp.Socket<"buffer">>>();
  private readonly pipes: Record<UdpWay, Pipe>;
  private socket!: udp.Socket<"buffer">;

  private constructor(
    private readonly hostname: string,
    private readonly target: { host: string; port: number },
    random: () => number,
  ) {
    this.pipes = { there: new Pipe(random), back: new Pipe(random) };
  }

  /** Listens on `host`:`port` (0 for a free one) and carries to `target`. */
  static async start(
    target: { host: string; port: number },
    listen: { host?: string; port?: number } = {},
    random: () => number = Math.random,
  ): Promise<UdpProxy> {
    const proxy = new UdpProxy(listen.host ?? "127.0.0.1", target, random);
    proxy.socket = await Bun.udpSocket({
      hostname: proxy.hostname,
      port: listen.port ?? 0,
      socket: {
        data: (_socket, bytes, port, address) => proxy.there(Buffer.from(bytes), port, address),
        // a datagram that could not be sent is one more that is lost
        error: () => {},
      },
    });
    return proxy;
  }

  get port(): number {
    return this.socket.port;
  }

  /** Datagrams that went through and that did not, since the start. */
  counts(way: UdpWay): { carried: number; lost: number } {
    const { carried, lost } = this.pipes[way];
    return { carried, lost };
  }

  /** Changes what is named and leaves the rest; both directions without `way`. */
  set(faults: Partial<UdpFaults>, way?: UdpWay): void {
    for (const each of way ? [way] : (["there", "back"] as const)) Object.assign(this.pipes[each].faults, faults);
  }

  heal(): void {
    this.set(CLEAR);
  }

  async stop(): Promise<void> {
    for (const pipe of Object.values(this.pipes)) pipe.stop();
    this.socket.close();
    for (const flow of this.flows.values()) (await flow).close();
    this.flows.clear();
  }

  private async there(bytes: Buffer, port: number, address: string): Promise<void> {
    const key = `${address}:${port}`;
    const flow = this.flows.get(key) ?? this.open(port, address);
    this.flows.set(key, flow);
    const socket = await flow;
    this.pipes.there.take(bytes.length, () => {
      if (!socket.closed) socket.send(bytes, this.target.port, this.target.host);
    });
  }

  private open(port: number, address: string): Promise<udp.Socket<"buffer">> {
    return Bun.udpSocket({
      hostname: this.hostname,
      socket: {
        data: (_socket, answer) => {
          const bytes = Buffer.from(answer);
          this.pipes.back.take(bytes.length, () => {
            if (!this.socket.closed) this.socket.send(bytes, port, address);
          });
        },
        error: () => {},
      },
    });
  }
}
