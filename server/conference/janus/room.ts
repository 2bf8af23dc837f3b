import type { Message } from "janode";
import type { CallId, SeatId } from "#protocol/call";
import type { FeedWant, SeatEvent } from "../ports.ts";
import { Arrivals, type TrunkPorts } from "./arrivals.ts";
import type { Answer, Plug } from "./client.ts";
import { Departures } from "./departures.ts";
import { Refused, type Said } from "./line.ts";
import { feedName, type Place, ROOM_EXISTS } from "./place.ts";
import { stale, told } from "./refusals.ts";
import { JanusSeat } from "./seat.ts";

/** What rooms are made on. */
export interface Ground {
  readonly host: string;
  readonly ports: TrunkPorts;
  readonly canEncryptHop: boolean;
  secret(): string;
  /** @throws AppError wait unless the gateway can be asked */
  present(): unknown;
  /** nothing is in that room any more */
  emptied(room: Room): void;
  /** @throws AppError wait */
  attach(hear: (said: Said) => void): Promise<Plug>;
  /** @throws AppError wait, Refused, Unanswered */
  ask(body: Message): Promise<Answer>;
}

/**
 * Opus and VP8 alone: with both, whole frames pass encrypted end to end. Nothing is announced but who speaks: who is
 * there the conference knows. The bit rate is only a ceiling; browsers choose theirs below it.
 */
const OPTIONS = {
  publishers: 200,
  bitrate: 3_000_000,
  bitrate_cap: true,
  fir_freq: 0,
  audiocodec: "opus",
  videocodec: "vp8",
  opus_fec: true,
  opus_dtx: true,
  audiolevel_event: true,
  audio_active_packets: 25,
  audio_level_average: 60,
  is_private: true,
};

/** A call on this gateway. */
export class Room implements Place {
  readonly seats = new Map<SeatId, JanusSeat>();
  readonly arrivals: Arrivals;
  readonly departures: Departures;
  private made: Promise<unknown> | undefined;

  constructor(
    readonly call: CallId,
    private readonly ground: Ground,
  ) {
    this.arrivals = new Arrivals(this, ground.host, ground.ports);
    this.departures = new Departures(
      this,
      () => ground.secret(),
      (seat) => {
        const publisher = this.seats.get(seat)?.publisher;
        return publisher?.up ? publisher.name : undefined;
      },
    );
  }

  get canEncryptHop(): boolean {
    return this.ground.canEncryptHop;
  }

  /** Makes it on the server where it is not there. @throws AppError wait */
  async make(): Promise<void> {
    this.ground.present();
    this.made ??= this.ask({ request: "create", admin_key: this.ground.secret(), ...OPTIONS }).catch((error) => {
      if (error instanceof Refused && error.code === ROOM_EXISTS) return;
      this.made = undefined;
      throw told(error);
    });
    await this.made;
  }

  attach(hear: (said: Said) => void): Promise<Plug> {
    return this.ground.attach(hear);
  }

  ask(body: Message): Promise<Answer> {
    return this.ground.ask({ ...body, room: this.call });
  }

  async seat(id: SeatId, life: number, hear: (event: SeatEvent) => void): Promise<JanusSeat> {
    const former = this.seats.get(id);
    if (former && former.life > life) throw stale();
    const gone = (seat: JanusSeat) => this.leave(seat);
    const seat = new JanusSeat(() => this.ground.present(), gone, this, id, life, hear);
    this.seats.set(id, seat);
    await former?.end();
    if (former) this.changed();
    return seat;
  }

  locate(want: FeedWant): { feed: string; mid: string } | undefined {
    const seat = this.seats.get(want.seat);
    const feed = seat?.life === want.life ? seat.publisher.feed() : undefined;
    if (feed?.streams.some(({ mid }) => mid === want.mid))
      return { feed: feedName(feed.seat, feed.life), mid: want.mid };
    return this.arrivals.locate(want);
  }

  get isEmpty(): boolean {
    return this.seats.size === 0 && this.arrivals.isEmpty;
  }

  changed(): void {
    if (this.isEmpty) this.ground.emptied(this);
    this.departures.tidy();
    for (const seat of this.seats.values()) seat.subscriber.tidy();
  }

  /** Which feeds the server has after all: events may have been missed. */
  async look(): Promise<void> {
    const { data } = await this.ask({ request: "listparticipants" });
    const there = (data.participants ?? []) as { id: string; publisher?: boolean }[];
    const publishing = new Set(there.filter(({ publisher }) => publisher).map(({ id }) => id));
    for (const { publisher } of this.seats.values()) publisher.found(publishing.has(publisher.name));
  }

  /** Frees all of it. Never throws. */
  async close(): Promise<void> {
    const seats = [...this.seats.values()];
    this.seats.clear();
    await Promise.all(seats.map((seat) => seat.end()));
    await this.ask({ request: "destroy" }).catch(() => {});
  }

  private async leave(seat: JanusSeat): Promise<void> {
    if (this.seats.get(seat.id) === seat) this.seats.delete(seat.id);
    await seat.end();
    this.changed();
  }
}
