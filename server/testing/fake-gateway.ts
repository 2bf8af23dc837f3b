import { away, stale, unknownFeed } from "../conference/janus/refusals.ts";
import type {
  Feed,
  FeedWant,
  GatewaySeat,
  GatewayState,
  MediaGateway,
  SeatEvent,
  SeatStats,
  TrunkEnd,
} from "../conference/ports.ts";
import { FakeSeat } from "./fake-gateway-seat.ts";
import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";

interface Arrived {
  feed: Feed;
  port: number;
}
interface Call {
  seats: Map<SeatId, FakeSeat>;
  arrived: Map<SeatId, Arrived>;
  /** by seat and province */
  forwards: Map<string, { seat: SeatId; end: TrunkEnd }>;
}

/** Gateways that reach each other: what one forwards arrives where another accepts it. */
export class FakeWorld {
  readonly gateways = new Map<Province, FakeGateway>();

  add(province: Province): FakeGateway {
    const gateway = new FakeGateway(province, this);
    this.gateways.set(province, gateway);
    return gateway;
  }
}

/** A media gateway without media: all in memory, nothing happens by itself but what a lever is pulled for. */
export class FakeGateway implements MediaGateway {
  /** what was asked of it, in order: the method's name, then its arguments */
  readonly calls: unknown[][] = [];
  private readonly listeners = new Set<(state: GatewayState) => void>();
  private readonly held = new Map<CallId, Call>();
  private readonly told = new Map<SeatId, SeatStats>();
  private now: GatewayState = { at: "up", life: 1 };
  private life = 1;
  private ports = 10_000;

  constructor(
    readonly province: Province,
    private readonly world: FakeWorld = new FakeWorld(),
  ) {
    world.gateways.set(province, this);
  }

  /** the address that others forward to */
  get host(): string {
    return `${this.province}.test`;
  }

  state(): GatewayState {
    return this.now;
  }

  onState(listener: (state: GatewayState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async seat(call: CallId, seat: SeatId, life: number, hear: (event: SeatEvent) => void): Promise<GatewaySeat> {
    this.asked("seat", call, seat, life);
    const room = this.room(call);
    const former = room.seats.get(seat);
    if (former && former.life > life) throw stale();
    former?.end();
    const made = new FakeSeat(this, call, seat, life, hear);
    room.seats.set(seat, made);
    return made;
  }

  async close(call: CallId): Promise<void> {
    this.calls.push(["close", call]);
    const room = this.held.get(call);
    this.held.delete(call);
    for (const seat of room?.seats.values() ?? []) seat.end();
  }

  async accept(call: CallId, feed: Feed): Promise<Omit<TrunkEnd, "host">> {
    this.asked("accept", call, feed);
    const port = this.ports;
    this.ports += 2;
    this.room(call).arrived.set(feed.seat, { feed, port });
    this.changed(call);
    return { port, rtcpPort: port + 1 };
  }

  async drop(call: CallId, seat: SeatId): Promise<void> {
    this.calls.push(["drop", call, seat]);
    if (this.held.get(call)?.arrived.delete(seat)) this.changed(call);
  }

  async forward(call: CallId, seat: SeatId, to: Province, end: TrunkEnd): Promise<void> {
    this.asked("forward", call, seat, to, end);
    const room = this.held.get(call);
    if (!room?.seats.get(seat)?.feed()) throw unknownFeed();
    room.forwards.set(`${seat} ${to}`, { seat, end });
  }

  async unforward(call: CallId, seat: SeatId, to: Province): Promise<void> {
    this.calls.push(["unforward", call, seat, to]);
    this.held.get(call)?.forwards.delete(`${seat} ${to}`);
  }

  async stats(): Promise<Map<SeatId, SeatStats>> {
    this.asked("stats");
    const none: SeatStats = { lossIn: 0, rtt: null, kbpsIn: 0, kbpsOut: 0 };
    const sending = [...this.held.values()].flatMap(({ seats }) => [...seats].filter(([, seat]) => seat.feed()));
    return new Map(sending.map(([id]) => [id, this.told.get(id) ?? none]));
  }

  // ---- levers ----

  /** The process is gone, with everything on it. */
  die(why = "killed"): void {
    const rooms = [...this.held.values()];
    this.held.clear();
    for (const room of rooms) for (const seat of room.seats.values()) seat.end();
    this.turn({ at: "down", since: 0, why });
  }

  restart(): void {
    this.life++;
    this.turn({ at: "starting", life: this.life });
    this.turn({ at: "up", life: this.life });
  }

  /** Our connection to it is lost; media goes on. */
  loseControl(): void {
    this.turn({ at: "lost", life: this.life, since: 0 });
  }

  regainControl(): void {
    this.turn({ at: "up", life: this.life });
    for (const call of this.held.keys()) this.changed(call);
  }

  /** A seat's connection is there (or gone): of the sending one, its feed appears to others. */
  mediaUp(seat: SeatId, side: "send" | "receive" = "send", up = true): void {
    this.find(seat).media(side, up);
  }

  speak(seat: SeatId, on: boolean): void {
    this.find(seat).hear({ is: "speaking", on });
  }

  /** The gateway cuts one seat off. */
  cutOff(seat: SeatId, why = "no media"): void {
    const found = this.find(seat);
    found.hear({ is: "gone", why });
    this.gone(found);
  }

  tell(seat: SeatId, stats: SeatStats): void {
    this.told.set(seat, stats);
  }

  /** Lines of the seat's receiving connection on which media now comes. */
  flowing(seat: SeatId): string[] {
    const found = this.seats().find(({ id }) => id === seat);
    return found?.lines.filter((line) => line.answered && this.carries(found.call, line)).map(({ line }) => line) ?? [];
  }

  sends(seat: SeatId): boolean {
    return this.seats().some((one) => one.id === seat && one.feed() !== undefined);
  }

  // ---- what its seats ask ----

  /** Notes what was asked. @throws AppError wait while it is away */
  asked(...what: unknown[]): void {
    this.calls.push(what);
    if (this.now.at !== "up") throw away();
  }

  seated(seat: FakeSeat): boolean {
    return this.held.get(seat.call)?.seats.get(seat.id) === seat;
  }

  visible(call: CallId, { seat, life, mid }: FeedWant): boolean {
    const room = this.held.get(call);
    const feeds = [room?.seats.get(seat)?.feed(), room?.arrived.get(seat)?.feed];
    return feeds.some((feed) => feed?.life === life && feed.streams.some((stream) => stream.mid === mid));
  }

  gone(seat: FakeSeat): void {
    if (!this.seated(seat)) return;
    this.held.get(seat.call)?.seats.delete(seat.id);
    seat.end();
    this.changed(seat.call);
  }

  /** Tells the receivers of the call what of their lines is gone. */
  changed(call: CallId): void {
    if (this.now.at !== "up") return;
    for (const seat of this.held.get(call)?.seats.values() ?? []) seat.tidy();
  }

  private carries(call: CallId, want: FeedWant): boolean {
    const room = this.held.get(call);
    if (!room || this.now.at === "down" || !this.visible(call, want)) return false;
    const own = room.seats.get(want.seat);
    if (own?.feed()?.life === want.life) return !own.muted.has(want.mid);
    const port = room.arrived.get(want.seat)?.port;
    return [...this.world.gateways.values()].some(
      (other) => other !== this && other.forwards(call, want.seat, this.host, port) && other.carries(call, want),
    );
  }

  private forwards(call: CallId, seat: SeatId, host: string, port?: number): boolean {
    const forwards = [...(this.held.get(call)?.forwards.values() ?? [])];
    return forwards.some((one) => one.seat === seat && one.end.host === host && one.end.port === port);
  }

  private room(call: CallId): Call {
    const room = this.held.get(call) ?? { seats: new Map(), arrived: new Map(), forwards: new Map() };
    this.held.set(call, room);
    return room;
  }

  private seats(): FakeSeat[] {
    return [...this.held.values()].flatMap(({ seats }) => [...seats.values()]);
  }

  private find(seat: SeatId): FakeSeat {
    const found = this.seats().find(({ id }) => id === seat);
    if (!found) throw new Error(`no seat ${seat} on the gateway of ${this.province}`);
    return found;
  }

  private turn(state: GatewayState): void {
    this.now = state;
    for (const listener of [...this.listeners]) listener(state);
  }
}
