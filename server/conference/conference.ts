import type { CallAct, CallAnswer, CallId, Seat, SeatId } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import type { Province, RoomId } from "#protocol/ids";
import { Past } from "../domain/calls/past.ts";
import { AppError } from "../domain/error.ts";
import { act, begin, decline, join, resume } from "./client-acts.ts";
import type { Trunk } from "./deciding.ts";
import { hear } from "./hearing.ts";
import { type Caller, type Crowd, type Parts, realTimers } from "./parts.ts";
import type { Feed, GatewayState } from "./ports.ts";
import type { House } from "./house.ts";
import { RoomCall } from "./room-call.ts";
import { Stations } from "./stations.ts";
import { readCallMessage } from "./well-formed.ts";

const TICK_MS = 250;
/** Legs are repeated after so many ticks. */
const BEAT_TICKS = 8;

export const openConference = (parts: Parts): Conference => new Conference(parts);

/** Calls on this node: between the sockets of its people, its media gateway and the conferences of other provinces. */
export class Conference {
  private readonly rooms = new Map<RoomId, RoomCall>();
  private readonly seated = new Map<Caller, { room: RoomCall; seat: SeatId }>();
  private readonly house: House;
  private readonly lives = new Map<Province, number>();
  private readonly stops: (() => void)[];
  /** provinces that are heard; asked for once, as it is asked for at every turn */
  private up: ReadonlySet<Province> = new Set();
  private crowd: Crowd | undefined;
  private ticks = 0;

  constructor(private readonly parts: Parts) {
    const timers = parts.timers ?? realTimers;
    const { gateway, gateways, now, peers, trunks } = parts;
    this.house = {
      ...parts,
      timers,
      past: new Past(),
      stations: new Stations(gateway, gateways, now, (province, state) => this.turned(province, state)),
      crowd: () => this.crowd,
      send: (to, message) => peers.send(to, message),
      isUp: (province) => this.up.has(province),
      isElsewhere: (call, id) => this.isElsewhere(call, id),
      unseated: (who, seat) => {
        if (this.seated.get(who)?.seat === seat) this.seated.delete(who);
      },
    };
    this.stops = [
      peers.listen((from, message) => this.heard(from, message)),
      peers.onLinks(() => {
        this.lookAtLinks();
        this.each((room) => room.refresh());
      }),
      trunks.onArrived((trunk, feed) => this.arrived(trunk, feed)),
      timers.every(TICK_MS, () => this.tick()),
      () => this.house.stations.stop(),
    ];
    this.lookAtLinks();
  }

  /** Ends all media of this node's people; their clients join through another node, or this one when it is back. */
  stop(): void {
    for (const stop of this.stops) stop();
    this.each((room) => room.stop());
    this.rooms.clear();
    this.seated.clear();
  }

  /** Calls and seats of this node, for those who watch over it. */
  status(): { calls: number; seats: number } {
    let calls = 0;
    let seats = 0;
    for (const room of this.rooms.values()) {
      if (room.head()) calls++;
      seats += room.media.size;
    }
    return { calls, seats };
  }

  /** Whether the seat may have media on this node's gateway for that province: it is one of its own, in a call of a room it is in. */
  admits(call: CallId, province: Province, seat: SeatId): boolean {
    const found = this.find(call, seat);
    return found?.seat.province === province && found.room.provinces.includes(province);
  }

  /** Whether there is such a feed in a call here. */
  knows({ call, seat, life, home }: Trunk): boolean {
    const found = this.find(call, seat)?.seat;
    return found?.life === life && found.province === home;
  }

  open(crowd: Crowd): void {
    this.crowd = crowd;
  }

  /** @param orders what the device signed of it: of a beginning, also what is known to be ordered in that call */
  async take(who: Caller, id: RoomId, asked: CallAct, orders: readonly CallOrder[] = []): Promise<CallAnswer> {
    if (!this.parts.members.isOpen(id, who.person))
      throw new AppError("forbidden", "You are not a member of this conversation.");
    const room = this.room(id);
    switch (asked.do) {
      case "begin":
        return this.seat(who, room, () => begin(room, who, asked, orders));
      case "join":
        return this.seat(who, room, () => join(room, who, asked.seat));
      case "resume":
        return this.seat(who, room, () => resume(room, who, asked.seat));
      case "decline":
        return decline(room, who.person, asked.why);
      default: {
        const seated = this.seated.get(who);
        if (seated?.room !== room) throw new AppError("conflict", "You are not in this call.");
        return act(room, who, seated.seat, asked, orders);
      }
    }
  }

  greet(who: Caller): void {
    for (const [id, room] of this.rooms) if (this.parts.members.isOpen(id, who.person)) room.greet(who);
  }

  /** @param forGood the device was removed: its media ends now */
  gone(who: Caller, forGood = false): void {
    const seated = this.seated.get(who);
    if (!seated) return;
    this.seated.delete(who);
    const { room, seat } = seated;
    if (room.holders.get(seat) !== who) return;
    if (forGood) room.drop(seat);
    else room.lost(seat);
  }

  /** A socket sits in one call at a time. */
  private seat(who: Caller, room: RoomCall, sit: () => CallAnswer): CallAnswer {
    const former = this.seated.get(who);
    const answer = sit();
    if (former && former.room !== room) former.room.drop(former.seat);
    if (answer.is === "seated") this.seated.set(who, { room, seat: answer.seat });
    return answer;
  }

  private room(id: RoomId): RoomCall {
    let room = this.rooms.get(id);
    if (!room) {
      room = new RoomCall(id, this.house);
      this.rooms.set(id, room);
    }
    return room;
  }

  private heard(from: Province, value: unknown): void {
    const message = readCallMessage(value);
    if (!message) {
      if ((value as { t?: unknown } | null)?.t === "call") this.parts.count("beep_call_messages_refused_total");
      return;
    }
    if (message.is === "trunk" || message.is === "gateway") return;
    const id = message.is === "leg" ? message.leg.room : message.room;
    if (!this.parts.members.provincesOf(id).includes(from)) return;
    const isForeign =
      message.is === "leg" &&
      (message.leg.seats.some(({ seat }) => seat.province !== from) || this.isElsewhere(message.leg.opening.id, id));
    if (isForeign) {
      this.parts.count("beep_call_messages_refused_total");
      return;
    }
    this.guarded("heard", () => hear(this.room(id), from, message));
  }

  /** A seat as people were told of it last, or as it has just been heard of. */
  private find(call: CallId, id: SeatId): { room: RoomCall; seat: Seat } | undefined {
    for (const room of this.rooms.values()) {
      if (!room.legs.has(call)) continue;
      const told = room.call?.opening.id === call ? room.call.seats.get(id) : undefined;
      const seen = told ?? room.see()?.seats.get(id);
      if (seen) return { room, seat: seen.seat };
    }
    return undefined;
  }

  private isElsewhere(call: CallId, id: RoomId): boolean {
    for (const room of this.rooms.values())
      if (room.room !== id && (room.mediaCall ?? room.call?.opening.id) === call) return true;
    return false;
  }

  private lookAtLinks(): void {
    const links = this.parts.peers.links();
    this.up = new Set(links.filter(({ up }) => up).map(({ province }) => province));
  }

  private arrived(trunk: Trunk, feed: Feed | null): void {
    this.each((room) => room.arrived(trunk, feed));
  }

  private turned(province: Province, state: GatewayState): void {
    const isNewLife = state.at === "up" && this.lives.get(province) !== state.life;
    if (state.at === "up") this.lives.set(province, state.life);
    this.each((room) => room.gatewayTurned(province, state, isNewLife));
  }

  private tick(): void {
    const isBeat = ++this.ticks % BEAT_TICKS === 0;
    if (isBeat) this.lookAtLinks();
    for (const [id, room] of this.rooms) {
      this.guarded("tick", () => {
        room.tick();
        if (isBeat) room.beat();
      });
      if (room.isIdle) this.rooms.delete(id);
    }
  }

  private each(work: (room: RoomCall) => void): void {
    for (const room of this.rooms.values()) this.guarded("change", () => work(room));
  }

  /** What goes wrong in one room stops no other. */
  private guarded(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.parts.count("beep_call_errors_total");
      this.parts.log("error", "conference.failed", {
        what,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}
