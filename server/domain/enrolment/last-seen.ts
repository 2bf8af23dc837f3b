import { type DeviceId, DIRECTORY_ROOM } from "#protocol/ids";
import type { Now } from "../clock.ts";
import type { Store } from "../ports.ts";

/** A device is written at most so often, in milliseconds. */
const EVERY_MS = 5 * 60_000;

/** When devices were here last. What is seen is gathered, and written for all of them at once. */
export class LastSeen {
  private readonly seen = new Map<DeviceId, number>();
  private writing: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly store: Store,
    private readonly now: Now,
  ) {}

  start(failed: (error: unknown) => void): void {
    this.writing = setInterval(() => void this.flush().catch(failed), EVERY_MS);
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    clearInterval(this.writing);
    await this.flush();
  }

  saw(device: DeviceId): void {
    this.seen.set(device, this.now());
  }

  async flush(): Promise<void> {
    const seen = [...this.seen];
    this.seen.clear();
    if (seen.length > 0) await this.store.write(DIRECTORY_ROOM, (tx) => tx.tables.invitations.saw(seen));
  }
}
