import type { Province } from "#protocol/ids";
import type { FleetDevice } from "./fleet-device.ts";

const SILENT_MS = 2_500;
const STAY_AWAY_MS = 2_500;
const TICK_MS = 250;

export interface ConnectionEvents {
  opened(): void;
  frame(bytes: Uint8Array): void;
  /** several times a second while the socket is open */
  tick(): void;
  closed(): void;
}

/** One socket at a time, to any node that answers: its own province's first, another's after a failure, and home again. */
export class FleetConnection {
  /** province of the node, while one is connected */
  at: Province | undefined;
  private socket: WebSocket | undefined;
  private heardAt = 0;
  private since = 0;
  private running = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly home: Province,
    private readonly device: FleetDevice,
    private readonly nodes: ReadonlyMap<Province, string>,
    private readonly random: () => number,
    private readonly events: ConnectionEvents,
  ) {}

  get open(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  start(): void {
    this.running = true;
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.running = false;
    this.drop();
    await this.loop;
  }

  drop(): void {
    this.socket?.close();
  }

  send(frame: Uint8Array<ArrayBuffer>): void {
    if (this.open) this.socket?.send(frame);
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (this.running) {
      try {
        await this.connect(this.choose(failures));
        failures = 0;
      } catch {
        failures++;
      }
      if (this.running) await Bun.sleep(Math.min(100 + failures * 100, 600) * (0.5 + this.random()));
    }
  }

  private choose(failures: number): Province {
    if (failures === 0 || this.random() < 0.5) return this.home;
    const all = [...this.nodes.keys()];
    return all[Math.floor(this.random() * all.length)] as Province;
  }

  /** Settles when the connection has ended. */
  private async connect(province: Province): Promise<void> {
    const url = this.nodes.get(province) as string;
    const ticket = await this.device.ticket(url);
    await new Promise<void>((resolve, reject) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/v1/socket?ticket=${encodeURIComponent(ticket)}`);
      socket.binaryType = "arraybuffer";
      this.since = this.heardAt = performance.now();
      const timer = setInterval(() => this.watch(socket, province), TICK_MS);
      socket.onopen = () => {
        this.socket = socket;
        this.at = province;
        this.events.opened();
      };
      socket.onmessage = ({ data }) => {
        this.heardAt = performance.now();
        this.events.frame(new Uint8Array(data as ArrayBuffer));
      };
      socket.onclose = () => {
        clearInterval(timer);
        const opened = this.socket === socket;
        this.socket = undefined;
        this.at = undefined;
        this.events.closed();
        if (opened) resolve();
        else reject(new Error("no connection"));
      };
    });
  }

  private watch(socket: WebSocket, province: Province): void {
    const now = performance.now();
    const goesHome = province !== this.home && now - this.since > STAY_AWAY_MS;
    // A frozen node answers no closing handshake: the socket is torn down.
    if (goesHome || now - this.heardAt > SILENT_MS) (socket as unknown as { terminate(): void }).terminate();
    else if (this.open) this.events.tick();
  }
}
