import { type CallRules, MAX_SEATS, type SeatId } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import type { PersonId, RoomId } from "#protocol/ids";
import type { Declined, LegSeat, LegState, Opening, PlaceRule } from "./leg-state.ts";

/** A leg as its province tells it: all of it (`since` 0), what changed after a version, or (`since` = `version`) that it is as it was. */
export interface LegNews {
  room: RoomId;
  life: string;
  version: number;
  since: number;
  opening: Opening;
  orders: CallOrder[];
  /** what the orders come to, for nodes of before 0.4: others look at the orders themselves */
  rules: CallRules;
  place: PlaceRule | null;
  declined: [PersonId, Declined][];
  seats: LegSeat[];
  gone: SeatId[];
}

/** Another province's leg as far as it was heard. */
export class HeardLeg implements LegState {
  readonly seats = new Map<SeatId, LegSeat>();
  readonly room: RoomId;
  readonly life: string;
  declined: ReadonlyMap<PersonId, Declined> = new Map();
  opening: Opening;
  orders: readonly CallOrder[];
  place: PlaceRule | null;
  private version = 0;

  constructor(news: LegNews) {
    this.room = news.room;
    this.life = news.life;
    this.opening = news.opening;
    this.orders = news.orders;
    this.place = news.place;
  }

  /** `gap`: something between was lost, and nothing is taken; all of it must be asked for. */
  take(news: LegNews): "changed" | "same" | "gap" {
    if (news.life !== this.life) return "gap";
    if (news.since > this.version) return "gap";
    if (news.version <= this.version) return "same";
    if (news.since === 0) this.seats.clear();
    for (const id of news.gone) this.seats.delete(id);
    for (const seat of news.seats) this.put(seat);
    this.version = news.version;
    this.opening = news.opening;
    this.orders = news.orders;
    this.place = news.place;
    this.declined = new Map(news.declined);
    return "changed";
  }

  /** A person has one seat in a leg, and a leg no more than a call may have. */
  private put(one: LegSeat): void {
    const { id, person } = one.seat;
    if (!this.seats.has(id)) {
      for (const { seat } of this.seats.values()) if (seat.person === person) this.seats.delete(seat.id);
      if (this.seats.size >= MAX_SEATS) return;
    }
    this.seats.set(id, one);
  }
}
