import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Now } from "../domain/clock.ts";

/** How long a challenge and a ticket are good for, in milliseconds. */
export const VALID_MS = 30_000;
const MAX_SPENT = 50_000;
const FORM = /^([0-9a-z]{1,10})\.([0-9a-f]{32})\.([0-9a-f]{64})$/;

/**
 * Challenges that need no memory until they are answered: each carries its time and a MAC under a key that lives as
 * long as the process, bound to the device. Asking for millions of them therefore pushes nobody else's out. Only
 * those that were spent are kept, until they expire.
 */
export class Nonces {
  private readonly secret = randomBytes(32);
  private readonly spent = new Map<string, number>();

  constructor(
    private readonly now: Now,
    /** milliseconds */
    private readonly valid = VALID_MS,
  ) {}

  /** @param device or whatever else the nonce is bound to */
  issue(device: string): string {
    const head = `${this.now().toString(36)}.${randomBytes(16).toString("hex")}`;
    return `${head}.${this.mac(head, device)}`;
  }

  /** True where this process made the nonce for this device, lately, and it was not spent. */
  holds(nonce: string, device: string): boolean {
    const [, time = "", random, mac = ""] = FORM.exec(nonce) ?? [];
    if (!random || this.spent.has(nonce)) return false;
    const age = this.now() - Number.parseInt(time, 36);
    if (age < 0 || age > this.valid) return false;
    return timingSafeEqual(Buffer.from(mac, "hex"), Buffer.from(this.mac(`${time}.${random}`, device), "hex"));
  }

  /** False where it was spent already. To be called once a signature over it has been verified. */
  spend(nonce: string): boolean {
    if (this.spent.has(nonce)) return false;
    for (const [old, until] of this.spent) {
      if (until > this.now() && this.spent.size < MAX_SPENT) break;
      this.spent.delete(old);
    }
    this.spent.set(nonce, this.now() + this.valid);
    return true;
  }

  private mac(head: string, device: string): string {
    return createHmac("sha256", this.secret).update(`${head}\n${device}`).digest("hex");
  }
}
