import { SQLiteError } from "bun:sqlite";
import { AppError } from "../domain/error.ts";
import type { Now } from "../domain/clock.ts";
import type { StoreFile } from "./file.ts";
import type { Reserve } from "./reserve.ts";

const RETRY_MS = 1000;
const FULL =
  "The node's disk is full: nothing was stored, and nothing stored before is lost. Your message is kept; it goes out when there is room again.";

export const isFull = (error: unknown): boolean =>
  (error instanceof SQLiteError && error.code === "SQLITE_FULL") || (error as { code?: string })?.code === "ENOSPC";

/** Knows whether the disk has room. Full: writes are refused, reading goes on, and it looks again once a second. */
export class DiskGuard {
  private full = false;
  private looked = 0;

  constructor(
    private readonly reserve: Reserve,
    private readonly now: Now,
    private readonly onAlarm: (message: string, cause?: unknown) => void,
  ) {}

  /** The error to refuse writes with while the disk is full. */
  refusal(): AppError | undefined {
    if (!this.full) return undefined;
    if (this.now() - this.looked < RETRY_MS) return this.error();
    this.looked = this.now();
    if (!this.reserve.hold()) return this.error();
    this.full = false;
    this.onAlarm("The disk has room again: writing goes on.");
    return undefined;
  }

  /** Takes note of a failed commit; answers what its jobs are rejected with. */
  failed(error: unknown, file: StoreFile): unknown {
    if (!isFull(error)) {
      this.onAlarm(`A commit to ${file.path} failed; nothing of it was acknowledged.`, error);
      return error;
    }
    if (!this.full) this.onAlarm(`The disk that holds ${file.path} is full: writes are refused until there is room.`);
    this.full = true;
    this.looked = this.now();
    this.reserve.release();
    try {
      // Folds the log into the file with the room just given up, so that the log's own room comes free.
      file.db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // Still too little: the log keeps everything, and the next commit that succeeds tries again.
    }
    return this.error();
  }

  private error(): AppError {
    return new AppError("wait", FULL, { retryAfter: RETRY_MS });
  }
}
