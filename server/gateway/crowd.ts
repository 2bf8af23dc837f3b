import type { Now } from "../domain/clock.ts";
import { Lateness } from "./lateness.ts";
import { Buckets, RATES } from "./limits.ts";
import type { Meter, QueueProofs } from "./ports.ts";
import { Turnstile } from "./turnstile.ts";
import { whence, WhenceBuckets } from "./whence.ts";

/** Somebody before the door: with the turn that they were given, and a proof over it, where they have them. */
export interface Comer {
  device: string;
  address: string;
  turn: string | undefined;
  proof: string | undefined;
}

/** The turnstile with its sense of how those inside fare: it looks only while somebody waits. */
export class Crowd {
  private readonly turnstile: Turnstile;
  private readonly lateness: Lateness;
  /** proofs that are looked at, of a host and of a device: a signature costs ten times what a place does */
  private readonly byHost: WhenceBuckets;
  private readonly byDevice: Buckets;

  constructor(
    now: Now,
    meter: Meter,
    private readonly proofs: QueueProofs,
  ) {
    const turnstile = new Turnstile(now);
    this.turnstile = turnstile;
    this.byHost = new WhenceBuckets(RATES.proving, now);
    this.byDevice = new Buckets(RATES.provingDevice, now);
    this.lateness = new Lateness(
      (ms) => turnstile.felt(ms),
      () => turnstile.waiting === 0,
    );
    meter.gauge("beep_sign_ins_waiting", () => turnstile.waiting);
    meter.gauge("beep_sign_ins_per_second", () => turnstile.rate);
  }

  /** @throws AppError wait, with `place`, `turn` and `retryAfter` */
  async pass(comer: Comer): Promise<void> {
    try {
      if (!(await this.passProven(comer))) this.turnstile.pass(comer.device, whence(comer.address), comer.turn);
    } catch (error) {
      this.lateness.watch();
      throw error;
    }
  }

  stop(): void {
    this.lateness.stop();
  }

  /** False where nothing, or nothing that holds, was proved: whoever came stands where they stood. */
  private async passProven({ device, address, turn: text, proof }: Comer): Promise<boolean> {
    const turn = text !== undefined && proof !== undefined ? this.turnstile.provable(device, text) : undefined;
    if (!turn || this.byDevice.take(device) > 0 || this.byHost.take(address) > 0) return false;
    const person = await this.proofs.whose(device, text as string, proof as string);
    if (person === undefined) return false;
    this.turnstile.passProven(device, person, turn);
    return true;
  }
}
