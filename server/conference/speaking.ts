import type { SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { Timers } from "./parts.ts";

/** Told at most five times a second. */
const PAUSE_MS = 200;
/** What another province said of it holds for so long. */
const HOLD_MS = 6_000;
/** As many are told at most: more voices at once are noise. */
const MAX_SPEAKING = 16;

/** Who is heard speaking now, in all provinces. */
export class Speaking {
  private readonly own = new Set<SeatId>();
  private readonly others = new Map<Province, { seats: readonly SeatId[]; until: number }>();
  private told = "[]";
  private stopTimer: (() => void) | undefined;

  constructor(
    private readonly timers: Timers,
    private readonly now: () => number,
    /** @param own who of this province's speaks, where that changed: for the other provinces */
    private readonly tell: (all: SeatId[], own: SeatId[]) => void,
  ) {}

  turn(seat: SeatId, on: boolean): void {
    if (this.own.has(seat) === on) return;
    if (on) this.own.add(seat);
    else this.own.delete(seat);
    this.soon();
  }

  heard(from: Province, seats: readonly SeatId[]): void {
    this.others.set(from, { seats: seats.slice(0, MAX_SPEAKING), until: this.now() + HOLD_MS });
    this.soon();
  }

  /** Repeats to the others who speaks here, and forgets who is not repeated. */
  beat(): SeatId[] {
    const now = this.now();
    for (const [province, { until }] of this.others)
      if (until < now) {
        this.others.delete(province);
        this.soon();
      }
    return this.ownSeats();
  }

  stop(): void {
    this.stopTimer?.();
    this.stopTimer = undefined;
  }

  private ownSeats = (): SeatId[] => [...this.own].slice(0, MAX_SPEAKING);

  private soon(): void {
    this.stopTimer ??= this.timers.after(PAUSE_MS, () => {
      this.stopTimer = undefined;
      const own = this.ownSeats();
      const all = [...own, ...[...this.others.values()].flatMap(({ seats }) => seats)].slice(0, MAX_SPEAKING);
      const said = JSON.stringify([all, own]);
      if (said === this.told) return;
      this.told = said;
      this.tell(all, own);
    });
  }
}
