import type { Ladder } from "./contract.ts";

/** How much is sent and wanted. `spare`: what is said is to be sent sparingly whatever the step, for the sake of others. */
export type Pace = Ladder & { spare?: boolean };

export const FULL: Ladder = { step: "full", why: "none" };

/** How a connection does over the last two seconds or so. */
export interface Sample {
  /** 0 to 1, the worse of both ways */
  loss: number;
  /** milliseconds; null while it is not known */
  rtt: number | null;
  /** kb/s that the way out is thought to bear; null while it is not known */
  available: number | null;
  /** what the encoder says holds it back */
  limited: "none" | "bandwidth" | "cpu";
}

type Step = Ladder["step"];

/** How long, in milliseconds, it must be bad before a step down and good before a step up. */
export const HOLD = {
  ...{ down: 3000, severe: 900, machine: 8000 },
  ...{ start: 3000, up: 12_000, most: 120_000, failed: 20_000 },
} as const;

const STEPS: readonly Step[] = ["full", "low", "audio"];

/** The lowest step that the network asks for now. */
function asked({ loss, rtt, available }: Sample): Step {
  if (loss > 0.2 || (rtt ?? 0) > 2500 || (available ?? 1000) < 80) return "audio";
  if (loss > 0.07 || (rtt ?? 0) > 1000 || (available ?? 1000) < 220) return "low";
  return "full";
}

/** A round trip that is so much longer than the shortest says that packets queue: the line is full. Milliseconds. */
const QUEUED = 150;
/** On a line of this round trip the first trial waits as long as later ones: it is as likely narrow as it is long. */
const LONG = 200;

/** Good enough to try the step above. What is available is no hint here: while little is sent, little is measured. */
const calm = ({ loss, rtt, limited }: Sample): boolean => loss < 0.04 && (rtt ?? 0) < 800 && limited !== "cpu";

/**
 * Steps from full video to low video to audio alone, and back. A call begins low until the line has shown that it
 * bears more: what is too much for it would bury the first words. Going up is a trial, step by step: one that fails
 * soon makes the next wait twice as long. Time comes with the samples.
 */
export class Steps {
  private step: Step = "low";
  private why: Ladder["why"] = "none";
  private badSince: number | null = null;
  private slowSince: number | null = null;
  private goodSince: number | null = null;
  private wait: number = HOLD.start;
  private least = Number.POSITIVE_INFINITY;
  private roseAt = Number.NEGATIVE_INFINITY;

  take(sample: Sample, now: number): void {
    const at = STEPS.indexOf(this.step);
    const to = STEPS.indexOf(asked(sample));
    const bad = to > at;
    // Where speech itself suffers there is no time for steps.
    const hold = to === 2 ? HOLD.severe : HOLD.down;
    this.badSince = bad ? (this.badSince ?? now) : null;
    const slow = sample.limited === "cpu" && this.step === "full";
    this.slowSince = slow ? (this.slowSince ?? now) : null;
    this.least = Math.min(this.least, sample.rtt ?? Number.POSITIVE_INFINITY);
    const queues = (sample.rtt ?? 0) > this.least + QUEUED;
    const wait = this.least > LONG && Number.isFinite(this.least) ? Math.max(this.wait, HOLD.up) : this.wait;
    this.goodSince = !bad && !queues && calm(sample) ? (this.goodSince ?? now) : null;
    if (this.badSince !== null && now - this.badSince >= hold) this.move(to, "network", now);
    else if (this.slowSince !== null && now - this.slowSince >= HOLD.machine) this.move(1, "machine", now);
    else if (at > 0 && this.goodSince !== null && now - this.goodSince >= wait) this.move(at - 1, this.why, now);
  }

  private move(to: number, why: Ladder["why"], now: number): void {
    const down = to > STEPS.indexOf(this.step);
    if (down && now - this.roseAt < HOLD.failed) this.wait = Math.min(this.wait * 2, HOLD.most);
    else this.wait = Math.max(HOLD.up, down ? 0 : this.wait);
    if (!down) this.roseAt = now;
    this.step = STEPS[to] as Step;
    this.why = this.step === "full" ? "none" : why;
    this.badSince = this.slowSince = this.goodSince = null;
  }

  /** Where the call stands, and why. A saver of data takes the low step by choice. */
  ladder(saver: boolean): Ladder {
    return saver && this.why === "none" ? { step: "low", why: "saver" } : { step: this.step, why: this.why };
  }
}
