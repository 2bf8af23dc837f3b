/** How a way between two provinces carries media. `unknown`: too little was measured to say. */
export interface WayReading {
  state: "unknown" | "clean" | "lossy";
  /** share of the last 10 seconds' datagrams that did not come back, 0 to 1 */
  loss: number | null;
  /** milliseconds there and back */
  rtt: number | null;
}

/** What has not come back after so long is lost; milliseconds, as all here. */
const LOST = 3_000;
const SHORT = 10_000;
const LONG = 60_000;
/** A single stutter of the line is no lossy line: losses must lie so far apart. */
const APART = 5_000;
/** Lossy: so many lost, and such a share, within the short or the long time. */
const SHORT_LOST = 2;
const SHORT_SHARE = 0.01;
const LONG_LOST = 3;
const LONG_SHARE = 0.007;
/** Clean at first: so many came back and none was lost; clean again: none lost in the long time, of at least so many. */
const ENOUGH = 15;
const ENOUGH_AGAIN = 200;

interface Asked {
  seq: number;
  at: number;
  back: boolean;
}

/**
 * Judges a way by numbered questions that come back or do not. A cascade has no retransmission, and at 1% loss a third
 * to two thirds of the frames arrive: one lost now and then is borne, more is not, and a way must earn its trust again.
 */
export class WayMeter {
  private asks: Asked[] = [];
  private rtt: number | null = null;
  private state: WayReading["state"] = "unknown";

  asked(seq: number, at: number): void {
    this.asks.push({ seq, at, back: false });
  }

  answered(seq: number, at: number): void {
    const found = this.asks.findLast((asked) => asked.seq === seq);
    if (!found || found.back) return;
    found.back = true;
    const sample = at - found.at;
    this.rtt = this.rtt === null ? sample : this.rtt + (sample - this.rtt) / 8;
  }

  /** We stood still ourselves from then until now: what was on its way says nothing of the way. */
  forgive(from: number): void {
    this.asks = this.asks.filter(({ back, at }) => back || at < from - LOST);
  }

  reading(now: number): WayReading {
    this.asks = this.asks.filter(({ at }) => at >= now - LONG - LOST);
    const decided = this.asks.filter(({ at, back }) => back || at <= now - LOST);
    const recent = decided.filter(({ at }) => at >= now - SHORT - LOST);
    const lost = decided.filter(({ back }) => !back);
    const lostRecently = recent.filter(({ back }) => !back);
    if (
      isLossy(lostRecently, recent.length, SHORT_LOST, SHORT_SHARE) ||
      isLossy(lost, decided.length, LONG_LOST, LONG_SHARE)
    )
      this.state = "lossy";
    else if (this.state === "lossy") {
      if (lost.length === 0 && decided.length >= ENOUGH_AGAIN) this.state = "clean";
    } else if (recent.length >= (lostRecently.length === 0 ? ENOUGH : SHORT / 200)) this.state = "clean";
    const loss = recent.length === 0 ? null : lostRecently.length / recent.length;
    return { state: this.state, loss, rtt: this.rtt };
  }
}

const isLossy = (lost: readonly Asked[], of: number, least: number, share: number): boolean =>
  lost.length >= least && lost.length >= share * of && (lost.at(-1)?.at as number) - (lost[0]?.at as number) >= APART;
