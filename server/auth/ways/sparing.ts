import type { Now } from "../../domain/clock.ts";

const BURST = 10;
const EVERY_MS = 60_000;
const MOST = 10_000;

/**
 * How often refusals of one address are written down: ten, then one a minute. It goes by address alone, so that the
 * writing takes the same time whether or not a name belongs to somebody.
 */
export class Sparing {
  private readonly left = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly now: Now) {}

  allows(address: string): boolean {
    const before = this.left.get(address);
    const now = this.now();
    const tokens = before ? Math.min(BURST, before.tokens + (now - before.at) / EVERY_MS) : BURST;
    this.left.delete(address);
    if (this.left.size >= MOST) this.left.delete(this.left.keys().next().value as string);
    const allowed = tokens >= 1;
    this.left.set(address, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return allowed;
  }
}
