import type { Message } from "janode";
import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { Log } from "../../log.ts";
import type { Feed, GatewaySeat, GatewayState, MediaGateway, SeatEvent, SeatStats, TrunkEnd } from "../ports.ts";
import { TrunkPorts } from "./arrivals.ts";
import type { Answer, Plug } from "./client.ts";
import { type PortRange, splitPorts } from "./config.ts";
import { canEncryptHop, findInstallation, type Installation } from "./installation.ts";
import { Refused, type Said } from "./line.ts";
import { NO_SUCH_ROOM } from "./place.ts";
import { away, told, unknownFeed } from "./refusals.ts";
import { type Ground, Room } from "./room.ts";
import { Meter } from "./meter.ts";
import { Supervisor } from "./supervisor.ts";

export interface JanusSettings {
  /** path of the program, absolute */
  binary: string;
  /** its own folder, which is made where it is not there: configuration, log, pid */
  folder: string;
  province: Province;
  /** IPv4 on which browsers and other gateways reach it; not the loopback */
  mediaHost: string;
  /** UDP ports, both ends included; a third of them is for feeds of other gateways */
  rtpPorts: PortRange;
  log: Log;
  count?: (name: string, by?: number) => void;
  gauge?: (name: string, read: () => number) => void;
  /** the address at which the API on this loopback port is dialled; a test puts a line between */
  dialled?: (port: number) => string | Promise<string>;
  /** how long a room may be empty, in milliseconds */
  restMs?: number;
}

export interface JanusHealth {
  state: GatewayState;
  /** of Janus, as numbers */
  version: readonly number[];
  pid: number | undefined;
  calls: number;
  seats: number;
}

export type JanusGateway = MediaGateway & {
  /** Resolves once it is up, or has failed for the first time: then it goes on trying. */
  start(): Promise<void>;
  stop(): Promise<void>;
  health(): JanusHealth;
};

/** A room in which nothing is for so long is closed: what comes late for a call that is over would make it anew. Milliseconds. */
const REST = 15_000;

/** @throws AppError fix, in words for the operator, where Janus is missing or too old */
export function openJanusGateway(settings: JanusSettings): JanusGateway {
  return new Gateway(settings, findInstallation(settings.binary));
}

/** A Janus of one's own behind the port of media gateways. What is on it is forgotten with it. */
class Gateway implements MediaGateway {
  readonly province: Province;
  private readonly supervisor: Supervisor;
  private readonly ground: Ground;
  private readonly meter = new Meter((handle) => this.info(handle));
  private rooms = new Map<CallId, Room>();
  private readonly resting = new WeakSet<Room>();
  /** the handle over which rooms are asked about */
  private desk: Promise<Plug> | undefined;

  constructor(
    settings: JanusSettings,
    private readonly installation: Installation,
  ) {
    const { binary, folder, province, mediaHost, rtpPorts, log } = settings;
    this.province = province;
    this.supervisor = new Supervisor(
      {
        process: { binary, parts: installation.parts, folder, name: `beep-${province}`, mediaHost, rtpPorts },
        log,
        count: (name) => settings.count?.(name),
        now: Date.now,
        dialled: settings.dialled ?? ((port) => `ws://127.0.0.1:${port}/`),
      },
      { died: () => this.forget(), reclaimed: () => this.look() },
    );
    this.ground = {
      host: mediaHost,
      ports: new TrunkPorts(splitPorts(rtpPorts).trunks),
      canEncryptHop: canEncryptHop(installation.version),
      secret: () => this.supervisor.secret(),
      emptied: (room) => this.rest(room, settings.restMs ?? REST),
      present: () => this.supervisor.control(),
      attach: (hear) => this.attach(hear),
      ask: (body) => this.ask(body),
    };
    settings.gauge?.("beep_gateway_up", () => (this.state().at === "up" ? 1 : 0));
    settings.gauge?.("beep_gateway_seats", () => this.health().seats);
  }

  start(): Promise<void> {
    return this.supervisor.start();
  }

  stop(): Promise<void> {
    return this.supervisor.stop();
  }

  health(): JanusHealth {
    return {
      state: this.state(),
      version: this.installation.version,
      pid: this.supervisor.pid,
      calls: this.rooms.size,
      seats: [...this.rooms.values()].reduce((sum, { seats }) => sum + seats.size, 0),
    };
  }

  state(): GatewayState {
    return this.supervisor.state();
  }

  onState(listener: (state: GatewayState) => void): () => void {
    return this.supervisor.onState(listener);
  }

  async seat(call: CallId, seat: SeatId, life: number, hear: (event: SeatEvent) => void): Promise<GatewaySeat> {
    const room = await this.room(call);
    return room.seat(seat, life, hear);
  }

  async close(call: CallId): Promise<void> {
    const room = this.rooms.get(call);
    this.rooms.delete(call);
    await room?.close();
  }

  async accept(call: CallId, feed: Feed): Promise<Omit<TrunkEnd, "host">> {
    const room = await this.room(call);
    return room.arrivals.accept(feed);
  }

  async drop(call: CallId, seat: SeatId): Promise<void> {
    await this.rooms.get(call)?.arrivals.drop(seat);
  }

  async forward(call: CallId, seat: SeatId, to: Province, end: TrunkEnd): Promise<void> {
    this.supervisor.control();
    const room = this.rooms.get(call);
    if (!room) throw unknownFeed();
    await room.departures.forward(seat, to, end);
  }

  async unforward(call: CallId, seat: SeatId, to: Province): Promise<void> {
    await this.rooms.get(call)?.departures.unforward(seat, to);
  }

  async stats(): Promise<Map<SeatId, SeatStats>> {
    this.supervisor.control();
    const seats = [...this.rooms.values()].flatMap((room) => [...room.seats.values()]);
    return this.meter.read(seats.filter(({ publisher }) => publisher.up)).catch((error) => {
      throw told(error);
    });
  }

  private async room(call: CallId): Promise<Room> {
    this.supervisor.control();
    const room = this.rooms.get(call) ?? new Room(call, this.ground);
    this.rooms.set(call, room);
    await room.make();
    return room;
  }

  private rest(room: Room, ms: number): void {
    if (this.resting.has(room)) return;
    this.resting.add(room);
    const timer = setTimeout(() => {
      this.resting.delete(room);
      if (room.isEmpty && this.rooms.get(room.call) === room) void this.close(room.call);
    }, ms);
    timer.unref();
  }

  private async attach(hear: (said: Said) => void): Promise<Plug> {
    try {
      return await this.supervisor.control().attach(hear);
    } catch (error) {
      throw told(error);
    }
  }

  private async ask(body: Message): Promise<Answer> {
    const session = this.supervisor.session();
    if (!session) throw away();
    this.desk ??= session.attach(() => {});
    const desk = this.desk;
    return desk.then(
      (plug) => plug.request(body),
      (error) => {
        if (this.desk === desk) this.desk = undefined;
        throw error;
      },
    );
  }

  private async info(handle: number): Promise<Message> {
    const session = this.supervisor.control().sessionId;
    const answer = await this.supervisor.admin().ask({ janus: "handle_info", session_id: session, handle_id: handle });
    return (answer.info ?? {}) as Message;
  }

  /** All that was on it is gone with the process. */
  private forget(): void {
    const rooms = [...this.rooms.values()];
    this.rooms = new Map();
    this.desk = undefined;
    for (const room of rooms) for (const seat of room.seats.values()) void seat.end();
  }

  private async look(): Promise<void> {
    for (const room of this.rooms.values())
      await room.look().catch((error) => {
        if (!(error instanceof Refused && error.code === NO_SUCH_ROOM)) throw error;
      });
  }
}
