import { statfsSync } from "node:fs";
import type { Now } from "./domain/clock.ts";
import type { Readings } from "./domain/enrolment/waves.ts";

const WINDOW_MS = 10 * 60_000;
const SLOT_MS = 30_000;
/** Bounds in milliseconds, each a fifth above the one before: from 1 ms to about 2 minutes. */
const BOUNDS = Array.from({ length: 65 }, (_, i) => Math.ceil(1.2 ** i));
/** Of fewer requests no part is told: two failures among three say nothing. */
const LEAST = 20;
/** The disk is looked at anew after so long. */
const DISK_MS = 10_000;

interface Slot {
  /** which half minute since 1970 */
  number: number;
  posts: number;
  failed: number;
  signIns: number[];
}

/** The names under which sign-in is measured (gateway/posting.ts, gateway/routes.ts). */
const POSTS = "beep_http_posts_total";
const FAILED = "beep_http_failed_total";
const SIGN_IN = "beep_sign_in_seconds";

interface Meter {
  count(name: string, by?: number): void;
  observe(name: string, seconds: number): void;
  gauge(name: string, read: () => number): void;
}

/** How the node did over the last ten minutes, read off what passes on its way to the metrics. */
export class RollingReadings implements Readings, Meter {
  private slots: Slot[] = [];
  private disk = { at: Number.NEGATIVE_INFINITY, free: 0 };

  constructor(
    private readonly metrics: Meter,
    private readonly now: Now,
    /** folder whose disk is looked at */
    private readonly data: string,
  ) {}

  count(name: string, by = 1): void {
    this.metrics.count(name, by);
    if (name === POSTS) this.slot().posts += by;
    else if (name === FAILED) this.slot().failed += by;
  }

  observe(name: string, seconds: number): void {
    this.metrics.observe(name, seconds);
    if (name !== SIGN_IN) return;
    const at = BOUNDS.findIndex((bound) => seconds * 1000 <= bound);
    const { signIns } = this.slot();
    const bucket = at < 0 ? BOUNDS.length - 1 : at;
    signIns[bucket] = (signIns[bucket] ?? 0) + 1;
  }

  gauge(name: string, read: () => number): void {
    this.metrics.gauge(name, read);
  }

  failedPart(): number {
    const lately = this.lately();
    const posts = lately.reduce((sum, slot) => sum + slot.posts, 0);
    const failed = lately.reduce((sum, slot) => sum + slot.failed, 0);
    return posts < LEAST ? 0 : failed / posts;
  }

  /** The upper bound of the bucket in which the hundredth slowest lies; 0 where nobody signed in. */
  signInP99Ms(): number {
    const lately = this.lately();
    const counts = BOUNDS.map((_, i) => lately.reduce((sum, { signIns }) => sum + (signIns[i] ?? 0), 0));
    const all = counts.reduce((sum, count) => sum + count, 0);
    let below = 0;
    const at = counts.findIndex((count) => {
      below += count;
      return all > 0 && below >= all * 0.99;
    });
    return BOUNDS[at] ?? 0;
  }

  diskFree(): number {
    if (this.now() - this.disk.at >= DISK_MS) {
      const { bavail, bsize } = statfsSync(this.data);
      this.disk = { at: this.now(), free: bavail * bsize };
    }
    return this.disk.free;
  }

  private slot(): Slot {
    const number = Math.floor(this.now() / SLOT_MS);
    const last = this.slots.at(-1);
    if (last?.number === number) return last;
    const slot: Slot = { number, posts: 0, failed: 0, signIns: [] };
    this.slots = [...this.lately(), slot];
    return slot;
  }

  private lately(): Slot[] {
    const now = Math.floor(this.now() / SLOT_MS);
    return this.slots.filter(({ number }) => now - number < WINDOW_MS / SLOT_MS);
  }
}
