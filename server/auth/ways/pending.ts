import type { Now } from "../../domain/clock.ts";

const MOST = 5_000;

/** What was begun and is not finished yet: for a while, and so many at a time; the oldest give way. */
export class Pending<T> {
  private readonly open = new Map<string, { value: T; until: number }>();

  constructor(
    private readonly now: Now,
    /** milliseconds */
    private readonly valid: number,
  ) {}

  put(key: string, value: T): void {
    this.open.delete(key);
    for (const [old, { until }] of this.open) {
      if (until > this.now() && this.open.size < MOST) break;
      this.open.delete(old);
    }
    this.open.set(key, { value, until: this.now() + this.valid });
  }

  see(key: string): T | undefined {
    const found = this.open.get(key);
    return found && found.until > this.now() ? found.value : undefined;
  }

  /** The same, and it is there no more. */
  take(key: string): T | undefined {
    const found = this.see(key);
    this.open.delete(key);
    return found;
  }
}
