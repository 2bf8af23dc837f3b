import type { Now } from "../domain/clock.ts";

/** Tokens come in at `perSecond` up to `burst`; each act takes one. */
export interface Rate {
  burst: number;
  perSecond: number;
}

/** What one host (whence.ts), device or socket may do. Generous to an office behind one address, dear to one who guesses. */
export const RATES = {
  /** all POST routes of a host */
  address: { burst: 1000, perSecond: 100 },
  /** proofs before the door that are looked at: offices of thousands sit behind one host */
  proving: { burst: 2000, perSecond: 200 },
  provingDevice: { burst: 5, perSecond: 0.2 },
  /** tickets of one device: a client that reconnects all the time */
  device: { burst: 30, perSecond: 1 },
  /**
   * Wrong codes and secrets of a host. There is no count over all of them: codes have 49 bits, which nobody guesses
   * at any rate, and with such a count a few strangers would keep everybody out.
   */
  guess: { burst: 30, perSecond: 0.1 },
  /** applications of the public from a host, and from all of them together */
  apply: { burst: 5, perSecond: 1 / 300 },
  applyAll: { burst: 200, perSecond: 1 },
  /** JSON frames of one socket */
  frames: { burst: 300, perSecond: 50 },
  /** drafts of one socket: an outbox that was offline for long goes out at once */
  drafts: { burst: 3000, perSecond: 200 },
  /** acts in calls of one socket: a join takes about ten, a large conference that is scrolled through a few a second */
  signals: { burst: 150, perSecond: 20 },
  /** questions and orders of an administrator's socket */
  affairs: { burst: 60, perSecond: 20 },
  /** milliseconds of the event loop that one person's frames take, those that cost nearly nothing aside */
  turns: { burst: 1000, perSecond: 100 },
  /** milliseconds that one person's searches take of the event loop */
  searching: { burst: 2000, perSecond: 100 },
} satisfies Record<string, Rate>;
/** Rates of guessing stay as they are: they guard people, not the machine. */
export const scaled = (rate: Rate, factor: number): Rate => ({
  burst: rate.burst * factor,
  perSecond: rate.perSecond * factor,
});

export interface Bucket {
  tokens: number;
  /** milliseconds since 1970 */
  at: number;
}

/** Takes tokens where there are enough; how long to wait, in ms, where there are not (0: taken). */
export function take(bucket: Bucket, rate: Rate, now: number, tokens = 1): number {
  const grown = bucket.tokens + (Math.max(0, now - bucket.at) * rate.perSecond) / 1000;
  bucket.tokens = Math.min(rate.burst, grown);
  bucket.at = now;
  // A batch larger than the burst passes on a full bucket and leaves a debt: it could never pass otherwise.
  if (bucket.tokens < Math.min(tokens, rate.burst))
    return Math.ceil(((Math.min(tokens, rate.burst) - bucket.tokens) / rate.perSecond) * 1000);
  bucket.tokens -= tokens;
  return 0;
}

/** Buckets by key, the least lately used forgotten first: memory is bounded however many addresses come. */
export class Buckets {
  private readonly byKey = new Map<string, Bucket>();

  constructor(
    private readonly rate: Rate,
    private readonly now: Now,
    private readonly most = 20_000,
  ) {}

  /** Milliseconds to wait, 0 when a token was taken. */
  take(key: string): number {
    return take(this.used(key), this.rate, this.now());
  }

  /** Milliseconds until what was spent beyond the burst is there again; 0 where nothing is owed. */
  owed(key: string): number {
    const bucket = this.byKey.get(key);
    if (!bucket) return 0;
    take(bucket, this.rate, this.now(), 0);
    return bucket.tokens < 0 ? Math.ceil((-bucket.tokens / this.rate.perSecond) * 1000) : 0;
  }

  /** Takes tokens for what is done already, down into a debt. */
  spend(key: string, tokens: number): void {
    this.used(key).tokens -= tokens;
  }

  giveBack(key: string): void {
    const bucket = this.byKey.get(key);
    if (bucket) bucket.tokens = Math.min(this.rate.burst, bucket.tokens + 1);
  }

  private used(key: string): Bucket {
    const bucket = this.byKey.get(key) ?? { tokens: this.rate.burst, at: this.now() };
    this.byKey.delete(key);
    if (this.byKey.size >= this.most) this.byKey.delete(this.byKey.keys().next().value as string);
    this.byKey.set(key, bucket);
    return bucket;
  }
}

/** What a session that takes part in calls is held to. */
export interface Signals {
  bucket: Bucket;
  open: number;
  refused: number;
}
