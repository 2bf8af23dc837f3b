// How long each job took here the last time: the longest begin first, and a short run takes what fits.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Seconds of a job that has not run here yet. */
const GUESS: Record<string, number> = { unit: 12, fleet: 15, browser: 30 };

export class Times {
  private constructor(
    private readonly path: string,
    private readonly seconds: Record<string, number>,
  ) {}

  static read(path: string): Times {
    try {
      return new Times(path, existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {});
    } catch {
      return new Times(path, {});
    }
  }

  of(stage: string, name: string): number {
    return this.seconds[name] ?? GUESS[stage] ?? 5;
  }

  keep(name: string, seconds: number): void {
    this.seconds[name] = Math.round(seconds * 10) / 10;
    writeFileSync(this.path, JSON.stringify(this.seconds, null, 1));
  }
}
