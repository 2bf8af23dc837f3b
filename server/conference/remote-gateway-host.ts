import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { CallMessage } from "./message.ts";
import type { MediaGateway, Peers } from "./ports.ts";
import { type FarState, type GatewayBody, readGatewayBody } from "./remote-gateway-message.ts";
import { Guest } from "./remote-gateway-guest.ts";
import { lifeOf } from "./trunks-inbound.ts";

/** How often all provinces are told how the gateway is; milliseconds. */
const BEAT = 1_000;
/** A province that has seats here and is not heard for so long is let go of. */
const SILENCE = 15_000;
/** A seat that is not its province's to have any more is cut off after so long: its leg may only be late. */
const UNADMITTED = 10_000;
const TICK = 250;
/** Sessions that are over: what comes late of them is passed over. */
const PAST = 32;

interface HostParts {
  /** this province's own */
  gateway: MediaGateway;
  peers: Peers;
  /** the address of a province's gateway, as the fleet's table has it (`media.host`) */
  hostOf(province: Province): string | undefined;
  /**
   * Whether a province may have this seat here: the call is in a room that both provinces have members in, and the seat
   * is in that province's leg of it.
   */
  admits(from: Province, call: CallId, seat: SeatId): boolean;
  /** whether our own trunks keep room for that feed (CascadeTrunks.holds) */
  taken(call: CallId, seat: SeatId): boolean;
  /** milliseconds since 1970 */
  now(): number;
}

/** Lets other provinces seat their seats on our gateway (RemoteGateway is the other half). */
export class GatewayHost {
  private readonly node = crypto.randomUUID();
  private readonly guests = new Map<Province, Guest>();
  private readonly past: string[] = [];
  private readonly freed = new Map<Province, string>();
  /** since when a seat is not admitted any more */
  private readonly unadmitted = new Map<string, number>();
  private readonly ends: (() => void)[] = [];
  private n = 0;
  private beatAt = 0;
  private life: number | undefined;

  constructor(private readonly parts: HostParts) {
    this.life = lifeOf(parts.gateway.state());
  }

  /** @param timers false where a test calls `tick` */
  start(timers = true): void {
    const { peers, gateway } = this.parts;
    this.ends.push(
      peers.listen((from, message) => {
        const { t, is, body } = (message ?? {}) as Partial<CallMessage & { body: unknown }>;
        if (t === "call" && is === "gateway") this.hear(from, readGatewayBody(body));
        // What came may be the leg that some ask waits for.
        else if (t === "call") queueMicrotask(() => this.review(from));
      }),
      peers.onLinks(() => this.beat()),
      gateway.onState((state) => {
        const life = lifeOf(state);
        if (life !== this.life) for (const guest of this.guests.values()) guest.forget();
        this.life = life;
        this.beat();
      }),
    );
    this.beat();
    if (!timers) return;
    const timer = setInterval(() => this.tick(), TICK);
    this.ends.push(() => clearInterval(timer));
  }

  stop(): void {
    for (const end of this.ends.splice(0)) end();
    for (const guest of this.guests.values()) guest.end();
    this.guests.clear();
  }

  /** Whether a province has seats of a call here. */
  hosts(from: Province, call: CallId): boolean {
    return this.guests.get(from)?.sitsIn(call) ?? false;
  }

  tick(): void {
    const now = this.parts.now();
    for (const [from, guest] of this.guests) {
      if (now - guest.heardAt >= SILENCE || guest.isFlooded) this.free(from, guest);
      else {
        this.examine(from, guest);
        guest.tick();
      }
    }
    if (now - this.beatAt >= BEAT) this.beat();
  }

  private hear(from: Province, body: GatewayBody | undefined): void {
    if (body?.is !== "ask" && body?.is !== "here") return;
    const { session, low, heard } = body;
    if (this.past.includes(session)) {
      if (this.freed.get(from) === session) this.tellState(from);
      return;
    }
    let guest = this.guests.get(from);
    if (guest?.session !== session) {
      if (body.is !== "ask") return;
      // Its node began anew, or has given up what it had.
      if (guest) this.end(from, guest);
      guest = this.invite(from, session);
    }
    guest.hear(low, heard);
    if (body.is !== "ask") return;
    // Not refused: that leg may only be late.
    if (body.ask.do === "seat" && !this.maySit(from, body.ask.call, body.ask.seat)) guest.defer(body.n, body.ask);
    else guest.take(body.n, body.ask);
  }

  private review(from: Province): void {
    this.guests.get(from)?.review(({ call, seat }) => this.maySit(from, call, seat));
  }

  private maySit(from: Province, call: CallId, seat: SeatId): boolean {
    for (const [other, guest] of this.guests) if (other !== from && guest.has(seat)) return false;
    return this.parts.admits(from, call, seat);
  }

  private invite(from: Province, session: string): Guest {
    const { gateway, hostOf, taken, now } = this.parts;
    const send = (body: GatewayBody) => this.send(from, body);
    const admits = (call: CallId, seat: SeatId) => this.parts.admits(from, call, seat);
    const guest = new Guest({ gateway, hostOf, admits, taken, now, send }, session);
    this.guests.set(from, guest);
    return guest;
  }

  /** Cuts off seats that are not its province's to have any more. */
  private examine(from: Province, guest: Guest): void {
    const now = this.parts.now();
    for (const held of guest.held()) {
      const key = `${from} ${held.call} ${held.seat} ${held.life}`;
      if (this.parts.admits(from, held.call, held.seat)) this.unadmitted.delete(key);
      else if (now - (this.unadmitted.get(key) ?? now) >= UNADMITTED) {
        this.unadmitted.delete(key);
        guest.cutOff(held);
      } else if (!this.unadmitted.has(key)) this.unadmitted.set(key, now);
    }
    // Seats that left by themselves
    if (this.unadmitted.size > 1_000) this.unadmitted.clear();
  }

  private free(from: Province, guest: Guest): void {
    this.end(from, guest);
    this.freed.set(from, guest.session);
    this.tellState(from);
  }

  private end(from: Province, guest: Guest): void {
    guest.end();
    this.guests.delete(from);
    this.past.push(guest.session);
    if (this.past.length > PAST) this.past.shift();
  }

  private beat(): void {
    this.beatAt = this.parts.now();
    for (const { province, up } of this.parts.peers.links()) if (up) this.tellState(province);
  }

  private tellState(to: Province): void {
    const state = this.parts.gateway.state();
    const told: FarState = state.at === "down" ? { at: "down" } : { at: state.at, life: state.life };
    this.send(to, { is: "state", node: this.node, n: ++this.n, state: told, freed: this.freed.get(to) ?? null });
  }

  private send(to: Province, body: GatewayBody): void {
    this.parts.peers.send(to, { t: "call", is: "gateway", body } satisfies CallMessage);
  }
}
