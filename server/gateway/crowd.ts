import type { Now } from "../domain/clock.ts";
import { Lateness } from "./lateness.ts";
import type { Meter } from "./ports.ts";
import { Turnstile } from "./turnstile.ts";

/** The turnstile with its sense of how those inside fare: it looks only while somebody waits. */
export class Crowd {
  private readonly turnstile: Turnstile;
  private readonly lateness: Lateness;

  constructor(now: Now, meter: Meter) {
    const turnstile = new Turnstile(now);
    this.turnstile = turnstile;
    this.lateness = new Lateness(
      (ms) => turnstile.felt(ms),
      () => turnstile.waiting === 0,
    );
    meter.gauge("beep_sign_ins_waiting", () => turnstile.waiting);
    meter.gauge("beep_sign_ins_per_second", () => turnstile.rate);
  }

  /** @throws AppError wait, with `place`, `turn` and `retryAfter` */
  pass(device: string, turn: string | undefined): void {
    try {
      this.turnstile.pass(device, turn);
    } catch (error) {
      this.lateness.watch();
      throw error;
    }
  }

  stop(): void {
    this.lateness.stop();
  }
}
