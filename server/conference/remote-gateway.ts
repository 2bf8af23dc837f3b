import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import { away } from "./janus/refusals.ts";
import type { CallMessage } from "./message.ts";
import type { Feed, GatewaySeat, GatewayState, MediaGateway, Peers, SeatEvent, SeatStats, TrunkEnd } from "./ports.ts";
import { GatewayLine } from "./remote-gateway-line.ts";
import { type Answers, type Ask, type FarState, type GatewayBody, readGatewayBody } from "./remote-gateway-message.ts";
import { RemoteSeat } from "./remote-gateway-seat.ts";

/** A far node that does not say how its gateway is for so long is not heard; it says so every second. Milliseconds. */
const SILENCE = 5_000;
/** Not heard for so long, it is given up, and all that was on it. The far side lets go of it by then. */
const GIVEN_UP = 20_000;
/** How long one waits for what is insisted on. */
const INSIST = 3_000;
const TICK = 250;

interface RemoteParts {
  /** whose gateway it is */
  province: Province;
  peers: Peers;
  /** milliseconds since 1970 */
  now(): number;
}

/**
 * Another province's gateway for seats of this node, reached through that province's node (GatewayHost). It is `lost`
 * while that node is not heard, and begins a new life whenever that node, its gateway, or what we had there does.
 */
export class RemoteGateway implements MediaGateway {
  readonly province: Province;
  private now: GatewayState;
  private life = 0;
  /** what the present life stands for */
  private lifeKey = "";
  private far: { node: string; n: number; state: FarState; at: number } | undefined;
  private line: GatewayLine;
  private readonly seats = new Map<string, RemoteSeat>();
  /** feeds that are accepted there or forwarded from there on our behalf */
  private readonly trunks = new Set<string>();
  private readonly listeners = new Set<(state: GatewayState) => void>();
  private readonly ends: (() => void)[] = [];

  constructor(private readonly parts: RemoteParts) {
    this.province = parts.province;
    this.now = { at: "down", since: parts.now(), why: "not heard yet" };
    this.line = this.open();
  }

  /** @param timers false where a test calls `tick` */
  start(timers = true): void {
    const { peers, province } = this.parts;
    this.ends.push(
      peers.listen((from, message) => {
        const { t, is, body } = (message ?? {}) as Partial<CallMessage & { body: unknown }>;
        if (from === province && t === "call" && is === "gateway") this.hear(readGatewayBody(body));
      }),
      peers.onLinks(() => this.turn()),
    );
    if (!timers) return;
    const timer = setInterval(() => this.tick(), TICK);
    this.ends.push(() => clearInterval(timer));
  }

  stop(): void {
    for (const end of this.ends.splice(0)) end();
    this.line.end();
  }

  state(): GatewayState {
    return this.now;
  }

  onState(listener: (state: GatewayState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async seat(call: CallId, seat: SeatId, life: number, hear: (event: SeatEvent) => void): Promise<GatewaySeat> {
    if (this.now.at !== "up") throw away();
    const key = `${call} ${seat} ${life}`;
    const way = {
      ask: <A extends Ask>(ask: A) => this.ask(ask),
      insist: (ask: Ask) => this.insist(ask),
      left: (gone: RemoteSeat) => void (this.seats.get(key) === gone && this.seats.delete(key)),
    };
    const made = new RemoteSeat(way, call, seat, life, hear);
    const former = this.seats.get(key);
    this.seats.set(key, made);
    const session = this.line.session;
    try {
      await this.ask({ do: "seat", call, seat, life });
    } catch (error) {
      if (former && this.seats.get(key) === made) this.seats.set(key, former);
      else if (this.line.session === session) void made.leave();
      throw error;
    }
    for (const other of this.seats.values())
      if (other.call === call && other.id === seat && other.life < life) other.end();
    return made;
  }

  async close(call: CallId): Promise<void> {
    for (const seat of this.seats.values()) if (seat.call === call) seat.end();
    for (const key of this.trunks) if (key.includes(call)) this.trunks.delete(key);
    await this.insist({ do: "close", call });
  }

  async accept(call: CallId, feed: Feed): Promise<Omit<TrunkEnd, "host">> {
    this.trunks.add(`in ${call} ${feed.seat}`);
    return await this.ask({ do: "accept", call, feed });
  }

  async drop(call: CallId, seat: SeatId): Promise<void> {
    this.trunks.delete(`in ${call} ${seat}`);
    await this.insist({ do: "drop", call, seat });
  }

  async forward(call: CallId, seat: SeatId, to: Province, { host: _, ...end }: TrunkEnd): Promise<void> {
    this.trunks.add(`out ${call} ${seat} ${to}`);
    await this.ask({ do: "forward", call, seat, to, end });
  }

  async unforward(call: CallId, seat: SeatId, to: Province): Promise<void> {
    this.trunks.delete(`out ${call} ${seat} ${to}`);
    await this.insist({ do: "unforward", call, seat, to });
  }

  /** Of our seats there. */
  async stats(): Promise<Map<SeatId, SeatStats>> {
    return new Map(await this.ask({ do: "stats" }));
  }

  tick(): void {
    this.turn();
    this.line.tick(this.holds);
  }

  private get holds(): boolean {
    return this.seats.size > 0 || this.trunks.size > 0;
  }

  private async ask<A extends Ask>(ask: A): Promise<Answers[A["do"]]> {
    if (this.now.at !== "up") throw away();
    return await this.line.ask(ask);
  }

  private async insist(ask: Ask): Promise<void> {
    if (!this.line.used || this.now.at === "down") return;
    const done = this.line.ask(ask, true).then(
      () => {},
      () => {},
    );
    if (this.now.at === "up") await Promise.race([done, Bun.sleep(INSIST)]);
  }

  private hear(body: GatewayBody | undefined): void {
    if (body?.is === "told") {
      if (this.far) this.far.at = this.parts.now();
      if (body.session === this.line.session) this.line.take(body.from, body.told);
      return;
    }
    if (body?.is !== "state") return;
    const { node, n, state, freed } = body;
    if (this.far?.node === node && n <= this.far.n) return;
    const isOther = this.far !== undefined && this.far.node !== node;
    this.far = { node, n, state, at: this.parts.now() };
    if (isOther || freed === this.line.session) this.begin();
    this.turn();
  }

  /** Another session. What was held in the former is gone, so that it is another life too. */
  private begin(): void {
    this.line.end();
    if (this.holds) this.lifeKey = "";
    this.line = this.open();
  }

  private open(): GatewayLine {
    return new GatewayLine({
      now: this.parts.now,
      send: (body) => this.parts.peers.send(this.province, { t: "call", is: "gateway", body } satisfies CallMessage),
      event: ({ call, seat, life, event }) => {
        const found = this.seats.get(`${call} ${seat} ${life}`);
        found?.hear(event);
        if (event.is === "gone") found?.end();
      },
    });
  }

  /** Makes the state what is now known. */
  private turn(): void {
    const state = this.known();
    const { now } = this;
    const life = state.at === "down" ? undefined : state.life;
    if (state.at === now.at && (now.at === "down" || now.life === life)) return;
    const before = now.at === "down" ? undefined : now.life;
    this.now = state;
    if (before !== undefined && before !== life) this.forget();
    for (const listener of [...this.listeners]) listener(state);
  }

  private known(): GatewayState {
    const { far, now } = this;
    const at = this.parts.now();
    const { up } = this.parts.peers.links().find(({ province }) => province === this.province) ?? { up: false };
    if (!far || !up || at - far.at >= SILENCE) {
      if (now.at === "down") return now;
      const since = now.at === "lost" ? now.since : at;
      if (at - since < GIVEN_UP) return { at: "lost", life: now.life, since };
      this.begin();
      this.far = undefined;
      return { at: "down", since: at, why: "its province is not heard" };
    }
    if (far.state.at === "down") return { at: "down", since: at, why: "its province says so" };
    const key = `${far.node} ${far.state.life}`;
    if (key !== this.lifeKey) {
      this.lifeKey = key;
      this.life++;
    }
    const since = now.at === "lost" ? now.since : at;
    return far.state.at === "lost" ? { at: "lost", life: this.life, since } : { at: far.state.at, life: this.life };
  }

  /** All that was there is gone. */
  private forget(): void {
    for (const seat of [...this.seats.values()]) seat.end();
    this.trunks.clear();
  }
}
