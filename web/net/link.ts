import { CLOSE } from "#protocol/close";
import type { Down, Welcome } from "#protocol/down";
import type { DeviceId, PersonId, Province } from "#protocol/ids";
import type { Have, KnownRooms, Up } from "#protocol/up";
import { CAPABILITIES, VERSION } from "#protocol/version";
import type { Connection } from "../model/contract.ts";
import type { DeviceKey, Platform } from "../platform/ports.ts";
import type { NodeApi } from "./api.ts";
import { backoff } from "./backoff.ts";
import { Homeward } from "./homeward.ts";
import type { Nodes, Place } from "./nodes.ts";
import { away, offline, Refusal } from "./refusal.ts";
import { type Ask, WIRE_TIMES, Wire, type WireEvents, type WireTimes } from "./wire.ts";

/** Who this client is to the nodes. */
export interface Identity {
  person: PersonId;
  device: DeviceId;
  /** the person's own province */
  province: Province;
  /** the node at which the device was enrolled */
  node: string;
}

export interface LinkEvents extends WireEvents {
  state(connection: Connection): void;
  welcome(welcome: Welcome): void;
  /** @param visited the province of the node, where that is not one's own */
  have(visited: Province | null): Have;
  /** rooms whose members are known here, by `cseq` */
  known(visited: Province | null): KnownRooms;
  /** may the present node hear this? */
  mayHear(message: Up | Ask): boolean;
  /** the device is not, or no longer, known in its own province */
  signedOut(message: string): void;
}

export interface LinkTimes extends WireTimes {
  first: number;
  most: number;
  /** how long one's own province may be away before a node of another one is used */
  patience: number;
  /** how long a socket may take to open and to be welcomed */
  open: number;
  /** how often a client away from home, or on a farther node, looks whether the better one is back */
  home: number;
}
export const LINK_TIMES: LinkTimes = {
  ...WIRE_TIMES,
  first: 250,
  most: 30_000,
  patience: 4000,
  open: 15_000,
  home: 15_000,
};

/** Keeps one live socket to the nearest node for as long as it runs: finds, opens, resumes, notices loss, returns home. */
export class Link {
  private wire: Wire | undefined;
  private stopped = true;
  private lostAt = 0;
  private refusals = 0;
  private readonly homeward: Homeward;
  private state: Connection = { state: "connecting", since: 0 };
  private wakeUp: () => void = () => {};
  private unwatch: () => void = () => {};

  constructor(
    private readonly platform: Platform,
    private readonly api: NodeApi,
    private readonly nodes: Nodes,
    private readonly events: LinkEvents,
    private readonly app: string,
    private readonly times: LinkTimes = LINK_TIMES,
  ) {
    this.homeward = new Homeward(nodes, platform.random, times.home);
  }

  start(identity: Identity, key: DeviceKey): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.refusals = 0;
    this.unwatch = this.platform.onWake(
      () => this.wake(),
      () => this.renew(),
    );
    this.lose();
    this.run(identity, key).catch((error) => console.error(error));
  }

  stop(): void {
    this.stopped = true;
    this.unwatch();
    if (this.wire) this.wire.close();
    this.wakeUp();
  }

  get online(): boolean {
    return this.state.state === "online";
  }
  /** Sends a frame; false where there is no live socket. */
  send(frame: Uint8Array<ArrayBuffer>): boolean {
    return this.online && this.wire?.send(frame) === true;
  }
  say(message: Up): boolean {
    return this.online && this.events.mayHear(message) && this.wire?.say(message) === true;
  }
  request(ask: Ask): ReturnType<Wire["request"]> {
    if (!this.online || !this.wire) return Promise.reject(offline());
    return this.events.mayHear(ask) ? this.wire.request(ask) : Promise.reject(away());
  }
  /** Leaves the socket and takes a new one, with a new ticket. */
  renew(): void {
    if (this.wire) this.wire.close();
  }
  /** The network may have changed: look at once. */
  wake(): void {
    if (this.wire) this.wire.probe();
    this.wakeUp();
  }

  private set(state: Connection): void {
    this.state = state;
    this.events.state(state);
  }
  private lose(): void {
    this.lostAt = this.platform.now();
    this.set({ state: "connecting", since: this.lostAt });
  }

  private async run(identity: Identity, key: DeviceKey): Promise<void> {
    let round = 0;
    while (!this.stopped) {
      const { province, node } = identity;
      const places = await this.nodes.candidates(province, node, this.lostAt, this.times.patience);
      let end: "failed" | "lost" | "brief" | "update" | Refusal = "failed";
      for (const place of places) {
        if (this.stopped) return;
        end = await this.visit(place, identity, key);
        if (end !== "failed") break;
      }
      if (this.stopped) return;
      if (end instanceof Refusal) {
        // In its queue the province is not away: nobody runs from there to another one.
        round = 0;
        this.lostAt = this.platform.now();
        const { retryAfter, said } = end;
        this.set({ state: "offline", since: this.lostAt, retryAt: this.lostAt + retryAfter, place: said.place });
        await this.sleep(retryAfter);
        continue;
      }
      // A socket that dies as soon as it opens is a failure, or a broken node would be hammered.
      round = end === "lost" ? 0 : round + 1;
      if (end === "update") this.set({ state: "update", since: this.platform.now() });
      const wait =
        end === "update"
          ? 60_000
          : end === "lost"
            ? this.platform.random() * this.times.first
            : Math.max(
                backoff(round - 1, this.platform.random, this.times.first, this.times.most),
                places.length ? 0 : this.nodes.blockedFor(this.nodes.of(province, node)),
              );
      if (end === "failed" || end === "brief")
        this.set({ state: "offline", since: this.lostAt, retryAt: this.platform.now() + wait });
      await this.sleep(wait);
    }
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** One connection, from ticket to close. */
  private async visit(
    place: Place,
    identity: Identity,
    key: DeviceKey,
  ): Promise<"failed" | "lost" | "brief" | "update" | Refusal> {
    const own = place.province === identity.province;
    const visited = own ? null : place.province;
    let ticket: string;
    try {
      ticket = await this.api.ticket(place.node, identity.device, key);
      if (own) this.refusals = 0;
    } catch (error) {
      const { code, message, retryAfter, said } = error as Refusal;
      if (own && said.place !== undefined) return error as Refusal;
      if (code === "wait" && retryAfter) this.nodes.block(place.node, this.platform.now() + retryAfter);
      if (code === "update") return "update";
      // Said twice by the person's own province it is true; elsewhere the directory may only be late.
      if (own && (code === "sign-in" || code === "forbidden") && ++this.refusals > 1) {
        this.stop();
        this.events.signedOut(message);
      }
      return "failed";
    }
    if (this.stopped) return "failed";
    let outdated = false;
    let welcomedAt = 0;
    let retryAfter = 0;
    let moving = false;
    let stopLooking = () => {};
    const url = `${place.node.replace(/^http/, "ws")}/v1/socket?ticket=${encodeURIComponent(ticket)}`;
    const wire = new Wire(
      this.platform.socket(url),
      {
        events: (records) => this.events.events(records),
        acks: (acks) => this.events.acks(acks),
        page: (head, records) => this.events.page(head, records),
        down: (message: Down) => {
          if (message.t === "welcome" && !welcomedAt) {
            // Whose node it is, the signed list says. One that calls itself another's is not the one that was meant.
            if (message.province !== place.province) return wire.close();
            welcomedAt = this.platform.now();
            clearTimeout(patience);
            this.set({ state: "online", ...place, away: !own, current: false, since: welcomedAt });
            this.events.welcome(message);
            stopLooking = this.homeward.watch(place, identity.province, identity.node, () => {
              moving = true;
              wire.close();
            });
          } else if (message.t === "current" && this.state.state === "online") {
            this.set({ ...this.state, current: true });
            this.events.down(message);
          } else if (message.t === "bye") {
            retryAfter = message.retryAfter;
            this.nodes.block(place.node, this.platform.now() + retryAfter * (1 + this.platform.random() / 2));
            wire.close();
          } else if (message.t === "error" && message.id === undefined) {
            if (message.error.code === "update") outdated = true;
            if (message.error.retryAfter) this.nodes.block(place.node, this.platform.now() + message.error.retryAfter);
          } else this.events.down(message);
        },
      },
      this.platform.now,
      this.times,
    );
    this.wire = wire;
    const patience = setTimeout(() => wire.close(), this.times.open);
    wire
      .opened()
      .then(() =>
        wire.say({
          t: "hello",
          version: VERSION,
          capabilities: [...CAPABILITIES],
          app: this.app,
          have: this.events.have(visited),
          rooms: this.events.known(visited),
        }),
      )
      .catch(() => {});
    const code = await wire.closed;
    clearTimeout(patience);
    stopLooking();
    this.wire = undefined;
    if (code === CLOSE.leaving && !retryAfter) this.nodes.block(place.node, this.platform.now() + 1000);
    if (outdated || code === CLOSE.update) return "update";
    if (!welcomedAt) return "failed";
    if (!this.stopped) this.lose();
    return moving || this.platform.now() - welcomedAt > 3000 || retryAfter ? "lost" : "brief";
  }
}
