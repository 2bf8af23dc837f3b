import type { Province } from "#protocol/ids";
import { storedHeaders } from "./api.ts";
import { placeText } from "./chain.ts";
import type { Link } from "./link.ts";
import { logStream, logTo, tailSubject } from "./subjects.ts";

/** Where our log ends for each reader, as the writer knows it. */
export class Tails {
  /** the life of our log, 0 while unknown */
  log = 0;
  private readonly ends = new Map<Province, number>();

  constructor(
    private readonly link: Link,
    private readonly province: Province,
  ) {}

  /** The log may have changed under us: look again. */
  forget(log: number): void {
    this.log = log;
    this.ends.clear();
  }

  async load(readers: Iterable<Province>): Promise<void> {
    for (const reader of readers) {
      if (this.ends.has(reader)) continue;
      const newest = await storedHeaders(this.link, logStream(this.province), {
        last_by_subj: logTo(this.province, reader),
      });
      // what was written meanwhile is newer
      if (!this.ends.has(reader)) this.ends.set(reader, newest?.seq ?? 0);
    }
  }

  of(reader: Province): number {
    return this.ends.get(reader) ?? 0;
  }

  set(reader: Province, seq: number): void {
    this.ends.set(reader, seq);
  }

  /** Tells readers where the log ends, so that a lost tail does not stay unseen while nothing new is written. */
  tell(): void {
    if (this.log === 0) return;
    for (const [reader, seq] of this.ends) {
      this.link.live?.publish(tailSubject(this.province, reader), placeText({ log: this.log, seq }));
    }
  }
}
