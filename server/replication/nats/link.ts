import { connect, type Msg, type NatsConnection, type RequestOptions } from "@nats-io/transport-node";
import type { Log, Login } from "./config.ts";

const RETRY_MS = 250;

/**
 * One login at the province's own server, kept up for ever: a server that is down at boot or later is waited for, and
 * a request fails at once when the connection does, instead of after its whole timeout.
 */
export class Link {
  private nc: NatsConnection | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;
  private waiters: (() => void)[] = [];
  /** how many times the connection came up; what was declared under an older count must be declared again */
  private count = 0;
  private readonly asked = new Set<(reason: Error) => void>();
  private readonly listeners: (() => void)[] = [];
  private readonly openers: ((nc: NatsConnection) => void)[] = [];

  constructor(
    readonly name: string,
    private readonly server: string,
    private readonly login: Login,
    private readonly log: Log,
  ) {}

  get epoch(): number {
    return this.count;
  }

  /** The connection while it holds. */
  get live(): NatsConnection | undefined {
    return this.nc;
  }

  /** Settles when the connection holds, or when the link was stopped: look at `live`. */
  async up(): Promise<NatsConnection | undefined> {
    while (!this.nc && !this.stopped) await new Promise<void>((resolve) => this.waiters.push(resolve));
    return this.nc;
  }

  /** Called with each new connection, to subscribe on it; subscriptions survive its reconnects. Before `start`. */
  onOpen(open: (nc: NatsConnection) => void): void {
    this.openers.push(open);
  }

  /** Called each time the connection comes up, the first time too. */
  onUp(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** A request that fails as soon as the connection is lost; its outcome is then unknown. */
  request(subject: string, payload: string | Uint8Array, options: RequestOptions): Promise<Msg> {
    return this.whileUp((nc, resolve, reject) => nc.request(subject, payload, options).then(resolve, reject));
  }

  /** What `work` settles, or a rejection when there is no connection or it is lost before. */
  whileUp<T>(
    work: (nc: NatsConnection, resolve: (value: T) => void, reject: (reason: unknown) => void) => void,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (!this.nc) {
      reject(new Error(`${this.name}: no connection`));
      return promise;
    }
    this.asked.add(reject);
    work(this.nc, resolve, reject);
    return promise.finally(() => this.asked.delete(reject));
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const nc = this.nc;
    this.drop();
    this.wake();
    await nc?.close();
    await this.running;
  }

  private async run(): Promise<void> {
    let told = false;
    while (!this.stopped) {
      try {
        const nc = await connect({
          servers: this.server,
          ...this.login,
          name: this.name,
          maxReconnectAttempts: -1,
          reconnectTimeWait: RETRY_MS,
          ignoreAuthErrorAbort: true,
          pingInterval: 5000,
          maxPingOut: 2,
          timeout: 3000,
        });
        told = false;
        if (this.stopped) await nc.close();
        else await this.follow(nc);
      } catch (error) {
        // said once, not four times a second for as long as the server is away
        if (!told) this.log("nats.waiting", { link: this.name, reason: String(error) });
        told = true;
      }
      if (!this.stopped) await Bun.sleep(RETRY_MS);
    }
  }

  /** Keeps `live` true to one connection until it is closed for good. */
  private async follow(nc: NatsConnection): Promise<void> {
    for (const open of this.openers) open(nc);
    this.hold(nc);
    const statuses = (async () => {
      for await (const status of nc.status()) {
        if (status.type === "disconnect") this.drop();
        else if (status.type === "reconnect" && !this.stopped) this.hold(nc);
        else if (status.type === "error") this.log("nats.error", { link: this.name, reason: String(status.error) });
      }
    })();
    statuses.catch(() => {});
    await nc.closed();
    this.drop();
  }

  private hold(nc: NatsConnection): void {
    this.nc = nc;
    this.count++;
    this.log("nats.up", { link: this.name });
    this.wake();
    for (const listener of this.listeners) listener();
  }

  private drop(): void {
    if (!this.nc) return;
    this.nc = undefined;
    this.log("nats.down", { link: this.name });
    for (const reject of [...this.asked]) reject(new Error(`${this.name}: connection lost`));
  }

  private wake(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const waiter of waiters) waiter();
  }
}
