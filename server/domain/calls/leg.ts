import { type CallRules, type Joining, MAX_SEATS, type Rank, type Seat, type SeatId } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import type { DeviceId, PersonId, Province, RoomId } from "#protocol/ids";
import { AppError } from "../error.ts";
import { isRuler } from "./acts.ts";
import type { LegNews } from "./leg-news.ts";
import {
  type Declined,
  isInside,
  type LegSeat,
  type LegState,
  newer,
  type Opening,
  type PlaceRule,
  plainKey,
} from "./leg-state.ts";

/** The place of a seat whose socket is lost is kept for so long. */
export const AWAY_MS = 30_000;
/** Seats that left, remembered so that others can be told by difference; whoever is further behind gets the whole leg. */
const MAX_GONE = 400;

export interface Sitting {
  id: SeatId;
  person: PersonId;
  device: DeviceId;
  joining: Joining;
  rank: Rank;
  /** its seat elsewhere before a change of node */
  returns: boolean;
  /** seats of the call in all provinces */
  total: number;
  now: number;
}

/** This province's leg of a call. Each change makes a new version; `news` tells what changed since one. */
export class Leg implements LegState {
  readonly seats = new Map<SeatId, LegSeat>();
  readonly declined = new Map<PersonId, Declined>();
  orders: readonly CallOrder[];
  version = 1;
  /** what its orders come to */
  rules: CallRules;
  /** calls of other provinces that it was taken over into */
  taken = 0;
  private readonly changed = new Map<SeatId, number>();
  private readonly gone = new Map<SeatId, number>();
  private readonly absent = new Map<SeatId, number>();
  private readonly removed = new Set<PersonId>();
  private forgotten = 0;

  constructor(
    readonly room: RoomId,
    readonly province: Province,
    /** random: another leg of the same room is another life */
    readonly life: string,
    public opening: Opening,
    { rules, orders }: { rules: CallRules; orders: readonly CallOrder[] },
    public place: PlaceRule | null = null,
  ) {
    this.rules = rules;
    this.orders = orders;
  }

  /**
   * Seats a device. A person has one place: a former seat gives way, and what it had comes along.
   * @throws AppError forbidden (locked, or cannot encrypt), wait (full)
   */
  sit({ id, person, device, joining, rank, returns, total, now }: Sitting): { seat: Seat; replaced: Seat | undefined } {
    const former = [...this.seats.values()].find(({ seat }) => seat.person === person)?.seat;
    const inside = returns || (former !== undefined && isInside(former));
    if (this.rules.locked && !inside && !isRuler(rank))
      throw new AppError("forbidden", "This call is locked. Ask a host to let you in.");
    if (this.rules.sealed && !joining.key)
      throw new AppError("forbidden", "This call is encrypted from end to end, which this browser cannot do.");
    if (Math.max(total, this.seats.size) - (former ? 1 : 0) >= MAX_SEATS)
      throw new AppError("wait", "This call is full.", { retryAfter: 10_000 });
    if (former) this.leave(former.id);
    const waits = (this.rules.lobby || this.removed.has(person)) && !inside && !isRuler(rank);
    const seat: Seat = {
      id,
      person,
      device,
      province: this.province,
      at: former?.at ?? now,
      state: waits ? "lobby" : "in",
      rank,
      on: [...joining.on],
      sends: [],
      life: 1,
      hand: former?.hand ?? null,
      key: joining.key && plainKey(joining.key),
      recording: false,
      network: null,
    };
    this.seats.set(id, { seat, at: null, mids: [] });
    this.declined.delete(person);
    this.touch(id);
    return { seat, replaced: former };
  }

  /** @throws AppError conflict where that device has no such seat any more: it joins again */
  resume(id: SeatId, device: DeviceId): Seat {
    const seat = this.seats.get(id)?.seat;
    if (seat?.device !== device) throw new AppError("conflict", "Your place in the call is gone. Join again.");
    this.absent.delete(id);
    if (seat.state === "away") this.change(id, { state: "in" });
    return this.seats.get(id)?.seat ?? seat;
  }

  /** Its socket is lost. One who waits in the lobby leaves. */
  lost(id: SeatId, now: number): void {
    const state = this.seats.get(id)?.seat.state;
    if (state === "lobby") this.leave(id);
    else if (state === "in") {
      this.absent.set(id, now);
      this.change(id, { state: "away" });
    }
  }

  /** Seats whose socket is lost. */
  away(): SeatId[] {
    return [...this.absent.keys()];
  }

  /** Seats whose time away is over. */
  expired(now: number): SeatId[] {
    return [...this.absent].filter(([, since]) => now - since >= AWAY_MS).map(([id]) => id);
  }

  /** False where it was not in the lobby. */
  admit(id: SeatId): boolean {
    const seat = this.seats.get(id)?.seat;
    if (seat?.state !== "lobby") return false;
    this.removed.delete(seat.person);
    this.change(id, { state: "in" });
    return true;
  }

  leave(id: SeatId): void {
    if (!this.seats.delete(id)) return;
    this.absent.delete(id);
    this.changed.delete(id);
    this.gone.set(id, ++this.version);
    if (this.gone.size <= MAX_GONE) return;
    const [oldest, version] = this.gone.entries().next().value as [SeatId, number];
    this.gone.delete(oldest);
    this.forgotten = version;
  }

  /** Whoever was removed comes back only if a host admits them. */
  remove(id: SeatId): void {
    const seat = this.seats.get(id)?.seat;
    if (seat && isInside(seat)) this.removed.add(seat.person);
    this.leave(id);
  }

  change(id: SeatId, changes: Partial<Omit<Seat, "id" | "person" | "device" | "province">>): void {
    const known = this.seats.get(id);
    if (!known) return;
    this.seats.set(id, { ...known, seat: { ...known.seat, ...changes } });
    this.touch(id);
  }

  /** Where its media stands, and under which names. */
  stand(id: SeatId, media: Pick<LegSeat, "at" | "mids">, changes: Partial<Pick<Seat, "life" | "sends">>): void {
    const known = this.seats.get(id);
    if (!known) return;
    this.seats.set(id, { ...media, seat: { ...known.seat, ...changes } });
    this.touch(id);
  }

  decline(person: PersonId, why: Declined): void {
    if (this.declined.get(person) === why || this.declined.size >= MAX_SEATS) return;
    this.declined.set(person, why);
    this.version++;
  }

  /** What its orders, and those that other legs tell of, come to now. */
  follow({ rules, orders }: { rules: CallRules; orders: readonly CallOrder[] }): void {
    if (JSON.stringify([this.rules, this.orders]) === JSON.stringify([rules, orders])) return;
    this.rules = rules;
    this.orders = orders;
    this.version++;
  }

  settle(place: PlaceRule["place"]): void {
    this.place = { version: (this.place?.version ?? 0) + 1, by: this.province, place };
    this.version++;
  }

  /** Its call becomes another one's, and brings its own orders along. */
  join({ opening, orders, place }: Pick<LegState, "opening" | "orders" | "place">): void {
    const own = this.opening.order ? [this.opening.order, ...this.orders] : this.orders;
    this.opening = opening;
    this.orders = [...orders, ...own];
    this.place = place;
    this.taken++;
    this.version++;
  }

  /** Stands where another leg of its call says, if that was decided later. */
  placed(place: PlaceRule | null): void {
    if (!place || !newer(place, this.place)) return;
    this.place = place;
    this.version++;
  }

  /** What changed after the version `since`; all of it where that is too long ago. */
  news(since: number): LegNews {
    const { room, life, version, opening, orders, rules, place } = this;
    const from = since > version || since < this.forgotten ? 0 : since;
    return {
      room,
      life,
      version,
      since: from,
      opening,
      orders: [...orders],
      rules,
      place,
      declined: [...this.declined],
      seats: [...this.seats.values()].filter(({ seat }) => (this.changed.get(seat.id) ?? 0) > from),
      gone: from === 0 ? [] : [...this.gone].filter(([, at]) => at > from).map(([id]) => id),
    };
  }

  private touch(id: SeatId): void {
    this.changed.set(id, ++this.version);
  }
}
