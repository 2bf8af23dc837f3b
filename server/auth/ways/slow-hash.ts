import { scrypt } from "node:crypto";
import { AppError } from "../../domain/error.ts";

/** OWASP's least for argon2id: 19 MiB, two passes. */
const ARGON2 = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;
/** 16 MiB and about 50 ms: with the 49 bits of what is derived by it, far beyond anybody's reach. */
const SCRYPT = { N: 16_384, r: 8, p: 1, maxmem: 32 * 1024 * 1024 } as const;

/** Hashes that are dear to whoever guesses. */
export interface SlowHash {
  /** argon2id under a salt of its own */
  hash(text: string): Promise<string>;
  matches(text: string, hash: string): Promise<boolean>;
  /** scrypt under a given salt; 64 hex digits */
  derive(text: string, salt: string): Promise<string>;
}

/**
 * A few at a time, and so many in the queue: whoever sends guesses by the thousand keeps neither the processor from
 * messages nor the memory from everything else; the rest is told to wait, before it is known who they are.
 */
export class BoundedHash implements SlowHash {
  private running = 0;
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly most = 2,
    private readonly longest = 64,
  ) {}

  hash(text: string): Promise<string> {
    return this.inTurn(() => Bun.password.hash(text, ARGON2));
  }

  matches(text: string, hash: string): Promise<boolean> {
    return this.inTurn(() => Bun.password.verify(text, hash, "argon2id"));
  }

  derive(text: string, salt: string): Promise<string> {
    return this.inTurn(
      () =>
        new Promise((resolve, reject) => {
          scrypt(text, salt, 32, SCRYPT, (error, key) => (error ? reject(error) : resolve(key.toString("hex"))));
        }),
    );
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.most) {
      if (this.queue.length >= this.longest)
        throw new AppError("wait", "Many people are signing in. Try again in a moment.", { retryAfter: 5_000 });
      await new Promise<void>((resolve) => this.queue.push(resolve));
    } else this.running++;
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody comes in between.
      const next = this.queue.shift();
      if (next) next();
      else this.running--;
    }
  }
}
