import type { Now } from "../../domain/clock.ts";

const BURST = 10;
const EVERY_MS = 60_000;
const MOST = 10_000;

/** Ten at once, then one a minute, for each of those who ask. */
export class Sparing {
  private readonly left = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly now: Now) {}

  allows(who: string): boolean {
    const before = this.left.get(who);
    const now = this.now();
    const tokens = before ? Math.min(BURST, before.tokens + (now - before.at) / EVERY_MS) : BURST;
    this.left.delete(who);
    if (this.left.size >= MOST) this.left.delete(this.left.keys().next().value as string);
    const allowed = tokens >= 1;
    this.left.set(who, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return allowed;
  }
}
