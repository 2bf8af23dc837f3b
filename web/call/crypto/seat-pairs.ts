import type { CallId, Seat, SeatId, SeatKey } from "#protocol/call";
import type { RoomId } from "#protocol/ids";
import { pairKey } from "./box.ts";
import { checkSeatKey, type DevicePins, type OwnSeatKey } from "./seat-key.ts";

export type KeyedSeat = Seat & { key: SeatKey };

interface Known {
  /** of whom and what it was said */
  about: string;
  /** null where the key is refused */
  pair: Promise<CryptoKey | null>;
}

/** The seats of a call whose keys are good, and what is agreed with each of them. */
export class SeatPairs {
  private known = new Map<SeatId, Known>();
  private good = new Set<SeatId>();

  constructor(
    private readonly at: { room: RoomId; call: CallId; seat: SeatId },
    private readonly own: OwnSeatKey,
    private readonly pins: Pick<DevicePins, "holds">,
  ) {}

  /** Seats that are in the call or away and may have keys, and those whose keys are refused. */
  async look(seats: readonly Seat[]): Promise<{ members: KeyedSeat[]; refused: SeatId[] }> {
    const keyed = seats.filter((seat): seat is KeyedSeat => seat.key !== null && seat.state !== "lobby");
    const next = new Map<SeatId, Known>();
    for (const seat of keyed) {
      const about = JSON.stringify([seat.person, seat.device, seat.key]);
      const known = this.known.get(seat.id);
      next.set(seat.id, known?.about === about ? known : { about, pair: this.check(seat) });
    }
    this.known = next;
    const checked = await Promise.all(keyed.map(async (seat) => ({ seat, ok: await this.isGood(seat) })));
    this.good = new Set(checked.flatMap(({ seat, ok }) => (ok ? [seat.id] : [])));
    return {
      members: keyed.filter(({ id }) => this.good.has(id)),
      refused: keyed.flatMap(({ id }) => (this.good.has(id) ? [] : [id])),
    };
  }

  /** Undefined where the seat is not there or may have no keys. */
  of(seat: SeatId): Promise<CryptoKey> | undefined {
    return this.good.has(seat) ? (this.known.get(seat)?.pair as Promise<CryptoKey>) : undefined;
  }

  private async isGood(seat: KeyedSeat): Promise<boolean> {
    // One's own seat under a key that is not one's own: others are shown somebody else in this place.
    if (seat.id === this.at.seat) return seat.key.agree === this.own.key.agree;
    return (await this.known.get(seat.id)?.pair) !== null;
  }

  private async check(seat: KeyedSeat): Promise<CryptoKey | null> {
    const theirs = await checkSeatKey(this.at.room, seat);
    if (!theirs || !(await this.pins.holds(seat.person, seat.device, seat.key.spki))) return null;
    return pairKey(this.own.secret, theirs, this.at.room, this.at.call);
  }
}
