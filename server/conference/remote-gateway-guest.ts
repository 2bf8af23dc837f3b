import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import { AppError, wireError } from "../domain/error.ts";
import { away, over } from "./janus/refusals.ts";
import type { GatewaySeat, MediaGateway, SeatStats } from "./ports.ts";
import type { Ask, GatewayBody, Told } from "./remote-gateway-message.ts";
import { Telling } from "./remote-gateway-telling.ts";

/** Most seats that one province may have on our gateway. */
const MAX_SEATS = 200;
/** Most of what is asked and not yet settled. */
const MAX_ASKED = 1_000;
/** Between two measurements, in milliseconds. */
const MEASURED = 500;

interface Held {
  call: CallId;
  seat: SeatId;
  life: number;
  at: Promise<GatewaySeat>;
}

type SeatAsk = Extract<Ask, { do: "seat" }>;

export interface GuestParts {
  gateway: MediaGateway;
  now(): number;
  send(body: GatewayBody): void;
  hostOf(province: Province): string | undefined;
  /** whether the seat is the province's own */
  admits(call: CallId, seat: SeatId): boolean;
  /** whether our own trunks keep room for that feed: two cannot */
  taken(call: CallId, seat: SeatId): boolean;
}

/** What another province has on our gateway in one session. */
export class Guest {
  heardAt: number;
  private readonly seats = new Map<string, Held>();
  private readonly accepted = new Map<string, { call: CallId; seat: SeatId }>();
  private readonly forwarded = new Map<string, { call: CallId; seat: SeatId; to: Province }>();
  private readonly asked = new Set<number>();
  /** seats that are not admitted yet */
  private readonly deferred = new Map<number, SeatAsk>();
  private measuring: Promise<Map<SeatId, SeatStats>> | undefined;
  private measuredAt = 0;
  private low = 0;
  private readonly telling: Telling;
  private isOver = false;

  constructor(
    private readonly parts: GuestParts,
    readonly session: string,
  ) {
    this.heardAt = parts.now();
    this.telling = new Telling(session, parts.now, parts.send);
  }

  get isFlooded(): boolean {
    return this.telling.isFlooded;
  }

  held(): Held[] {
    return [...this.seats.values()];
  }

  sitsIn(call: CallId): boolean {
    return this.held().some((held) => held.call === call);
  }

  has(seat: SeatId): boolean {
    return this.held().some((held) => held.seat === seat);
  }

  hear(low: number, heard: number): void {
    this.heardAt = this.parts.now();
    if (low > this.low) {
      this.low = low;
      for (const n of this.asked) if (n < low) this.asked.delete(n);
    }
    this.telling.heard(heard);
  }

  defer(n: number, ask: SeatAsk): void {
    if (n >= this.low && this.deferred.size < MAX_SEATS) this.deferred.set(n, ask);
  }

  /** Takes what waited and may now be done. */
  review(may: (ask: SeatAsk) => boolean): void {
    for (const [n, ask] of this.deferred) {
      if (n >= this.low && !may(ask)) continue;
      this.deferred.delete(n);
      this.take(n, ask);
    }
  }

  /** Each is done once, however often it comes. */
  take(n: number, ask: Ask): void {
    if (n < this.low || this.asked.has(n) || this.asked.size >= MAX_ASKED || this.isOver) return;
    this.asked.add(n);
    this.work(ask).then(
      (value) => this.tell({ is: "done", to: n, value: value ?? null }),
      (error) => this.tell({ is: "refused", to: n, error: wireError(error) }),
    );
  }

  tick(): void {
    this.telling.tick();
  }

  /** The gateway has forgotten all. */
  forget(): void {
    this.seats.clear();
    this.accepted.clear();
    this.forwarded.clear();
  }

  /** A seat that is no longer the province's to have. */
  cutOff({ call, seat, life }: Held): void {
    this.leave(`${call} ${seat} ${life}`);
    this.tell({ is: "event", call, seat, life, event: { is: "gone", why: "its place is over" } });
  }

  /** Frees everything. */
  end(): void {
    this.isOver = true;
    const { gateway } = this.parts;
    for (const key of [...this.seats.keys()]) void this.leave(key);
    for (const { call, seat } of this.accepted.values()) void gateway.drop(call, seat);
    for (const { call, seat, to } of this.forwarded.values()) void gateway.unforward(call, seat, to);
    this.forget();
  }

  private async work(ask: Ask): Promise<unknown> {
    const { gateway } = this.parts;
    switch (ask.do) {
      case "seat":
        return this.sit(ask.call, ask.seat, ask.life);
      case "publish":
        return (await this.find(ask)).publish(ask.sdp, ask.tracks);
      case "want":
        return (await this.find(ask)).want(ask.feeds);
      case "answer":
        return (await this.find(ask)).answer(ask.sdp);
      case "mute":
        return (await this.find(ask)).mute(ask.mid, ask.on);
      case "leave":
        return this.leave(`${ask.call} ${ask.seat} ${ask.life}`);
      case "close":
        return this.close(ask.call);
      case "accept": {
        const { call, feed } = ask;
        if (!this.sitsIn(call)) throw over();
        if (!this.parts.admits(call, feed.seat) || this.parts.taken(call, feed.seat)) throw away();
        this.accepted.set(`${call} ${feed.seat}`, { call, seat: feed.seat });
        return gateway.accept(call, feed);
      }
      case "drop":
        if (!this.accepted.delete(`${ask.call} ${ask.seat}`)) return null;
        return gateway.drop(ask.call, ask.seat);
      case "forward": {
        const { call, seat, to, end } = ask;
        const host = this.parts.hostOf(to);
        if (!host) throw new AppError("forbidden", "That province has no media address in the fleet's table.");
        if (!this.held().some((held) => held.call === call && held.seat === seat)) throw over();
        this.forwarded.set(`${call} ${seat} ${to}`, { call, seat, to });
        return gateway.forward(call, seat, to, { ...end, host });
      }
      case "unforward":
        if (!this.forwarded.delete(`${ask.call} ${ask.seat} ${ask.to}`)) return null;
        return gateway.unforward(ask.call, ask.seat, ask.to);
      case "stats": {
        const own = new Set(this.held().map(({ seat }) => seat));
        return [...(await this.figures())].filter(([seat]) => own.has(seat));
      }
    }
  }

  private async sit(call: CallId, seat: SeatId, life: number): Promise<void> {
    if (this.seats.size >= MAX_SEATS)
      throw new AppError("wait", "The media gateway has no more room for this province.", { retryAfter: 5000 });
    const key = `${call} ${seat} ${life}`;
    const at = this.parts.gateway.seat(call, seat, life, (event) => {
      this.tell({ is: "event", call, seat, life, event });
      if (event.is === "gone") this.seats.delete(key);
    });
    const held = { call, seat, life, at };
    const former = this.seats.get(key);
    this.seats.set(key, held);
    try {
      const made = await at;
      if (this.isOver) void made.leave();
    } catch (error) {
      if (this.seats.get(key) === held) {
        if (former) this.seats.set(key, former);
        else this.seats.delete(key);
      }
      throw error;
    }
    for (const [other, one] of this.seats)
      if (one.call === call && one.seat === seat && one.life < life) this.seats.delete(other);
  }

  private find({ call, seat, life }: { call: CallId; seat: SeatId; life: number }): Promise<GatewaySeat> {
    const held = this.seats.get(`${call} ${seat} ${life}`);
    if (!held) throw over();
    return held.at;
  }

  /** All seats of the gateway are measured for them: who asks again soon waits for the next measurement, with all others. */
  private figures(): Promise<Map<SeatId, SeatStats>> {
    const { gateway, now } = this.parts;
    const rest = Math.min(MEASURED, Math.max(0, this.measuredAt + MEASURED - now()));
    this.measuring ??= Bun.sleep(rest).then(() => {
      this.measuring = undefined;
      this.measuredAt = now();
      return gateway.stats();
    });
    return this.measuring;
  }

  private async leave(key: string): Promise<void> {
    const held = this.seats.get(key);
    this.seats.delete(key);
    const seat = await held?.at.catch(() => undefined);
    await seat?.leave();
  }

  private async close(call: CallId): Promise<void> {
    const { gateway } = this.parts;
    const keys = [...this.seats].filter(([, held]) => held.call === call).map(([key]) => key);
    const accepted = [...this.accepted.values()].filter((one) => one.call === call);
    const forwarded = [...this.forwarded.values()].filter((one) => one.call === call);
    for (const { seat } of accepted) this.accepted.delete(`${call} ${seat}`);
    for (const { seat, to } of forwarded) this.forwarded.delete(`${call} ${seat} ${to}`);
    await Promise.all([
      ...keys.map((key) => this.leave(key)),
      ...accepted.map(({ seat }) => gateway.drop(call, seat)),
      ...forwarded.map(({ seat, to }) => gateway.unforward(call, seat, to)),
    ]);
  }

  private tell(told: Told): void {
    if (!this.isOver) this.telling.tell(told);
  }
}
