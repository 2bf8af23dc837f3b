import type { SeatId } from "#protocol/call";
import type { Epoch } from "./epoch.ts";

/** A box whose arrival was not told is sent again after so long, then after twice that, up to the second. */
const FIRST_GAP = 700;
const LAST_GAP = 4_000;

/** An epoch on its way from its keyer to each of the others. */
export class Delivery {
  private readonly waiting: Map<SeatId, { due: number; gap: number }>;

  constructor(
    readonly epoch: Epoch,
    to: readonly SeatId[],
    now: number,
  ) {
    this.waiting = new Map(to.map((id) => [id, { due: now, gap: FIRST_GAP }]));
  }

  arrived(seat: SeatId): void {
    this.waiting.delete(seat);
  }

  /** The seat can be reached again. */
  hurry(seat: SeatId, now: number): void {
    if (this.waiting.has(seat)) this.waiting.set(seat, { due: now, gap: FIRST_GAP });
  }

  /** To whom to send now; they are not due again before their gap is over. */
  due(here: ReadonlySet<SeatId>, now: number): SeatId[] {
    const found = [...this.waiting].filter(([id, { due }]) => here.has(id) && due <= now);
    for (const [id, { gap }] of found) this.waiting.set(id, { due: now + gap, gap: Math.min(gap * 2, LAST_GAP) });
    return found.map(([id]) => id);
  }

  next(here: ReadonlySet<SeatId>): number {
    return Math.min(...[...this.waiting].flatMap(([id, { due }]) => (here.has(id) ? [due] : [])));
  }
}
