import { AppError } from "../domain/error.ts";
import type { Committed, Tx } from "../domain/ports.ts";
import { Transaction } from "./transaction.ts";
import type { StoreFile } from "./file.ts";
import type { RoomId } from "#protocol/ids";
import { isFull, type DiskGuard } from "./disk.ts";

interface Job {
  run: (tx: Tx) => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** Jobs that may wait for one file; beyond that the node is behind and says so. */
const MOST_QUEUED = 20_000;
/** Jobs in one commit: more would gain little and hold up the event loop. */
const MOST_TOGETHER = 1024;
/** Bytes of records in one commit, about: the log of a file stays well below the reserve. */
const MOST_BYTES = 4 * 1024 * 1024;
const RETRY_MS = 1000;

/**
 * Group commit: the jobs that one turn of the event loop brings share one transaction and one sync of the disk.
 * A job may run more than once, because a group in which another job fails is run again without it.
 */
export class Writer {
  private queue: Job[] = [];
  private scheduled = false;
  private closed = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly file: StoreFile,
    private readonly disk: DiskGuard,
    private readonly inFile: (room: RoomId) => boolean,
    private readonly committed: (committed: Committed) => void,
  ) {}

  write(run: (tx: Tx) => unknown): Promise<unknown> {
    if (this.closed)
      return Promise.reject(busy("This node is stopping: your message is kept and goes to another node."));
    if (this.queue.length >= MOST_QUEUED) {
      return Promise.reject(busy("This node has more to write than it can keep up with: try again in a moment."));
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ run, resolve, reject });
      this.schedule();
    });
  }

  /** Takes no more jobs; settles when the last one is on disk. */
  close(): Promise<void> {
    this.closed = true;
    return new Promise((resolve) => {
      this.idle.push(resolve);
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.turn());
  }

  private turn(): void {
    this.scheduled = false;
    const group = this.queue.length > MOST_TOGETHER ? this.queue.splice(0, MOST_TOGETHER) : this.queue;
    if (group === this.queue) this.queue = [];
    if (group.length > 0) this.commit(group);
    if (this.queue.length > 0) this.schedule();
    else for (const resolve of this.idle.splice(0)) resolve();
  }

  private commit(group: Job[]): void {
    const full = this.disk.refusal();
    if (full) {
      for (const job of group) job.reject(full);
      return;
    }
    let jobs = group;
    while (jobs.length > 0) {
      const { done, failed } = this.attempt(jobs);
      jobs = jobs.slice(done).filter((job) => job !== failed);
    }
  }

  /**
   * Commits jobs together and settles them: as many of the first ones as make a group (`done`), or none where one
   * failed after writing. That one is rejected (`failed`) and the others must be tried again.
   */
  private attempt(jobs: readonly Job[]): { done: number; failed?: Job } {
    const tx = new Transaction(this.file, this.inFile);
    const results: unknown[] = [];
    const refused = new Map<number, unknown>();
    let failed: Job | undefined;
    try {
      this.file.sql.begin.run();
      for (let i = 0; i < jobs.length; i++) {
        const job = jobs[i] as Job;
        if (tx.changes.bytes > MOST_BYTES) break;
        const before = tx.changes.count;
        try {
          results.push(settled(job.run(tx)));
        } catch (error) {
          if (isFull(error)) throw error;
          if (tx.changes.count !== before) {
            failed = job;
            throw error;
          }
          results.push(undefined);
          refused.set(i, error);
        }
      }
      tx.changes.flush();
      this.file.sql.commit.run();
    } catch (error) {
      this.rollBack(tx);
      if (failed) {
        failed.reject(error);
        return { done: 0, failed };
      }
      const reason = this.disk.failed(error, this.file);
      for (const job of jobs) job.reject(reason);
      return { done: jobs.length };
    }
    this.committed(tx.changes.settle());
    for (let i = 0; i < results.length; i++) {
      if (refused.has(i)) (jobs[i] as Job).reject(refused.get(i));
      else (jobs[i] as Job).resolve(results[i]);
    }
    return { done: results.length };
  }

  private rollBack(tx: Transaction): void {
    // SQLite has rolled back by itself after some errors.
    if (this.file.db.inTransaction) this.file.sql.rollback.run();
    tx.changes.forget();
  }
}

const busy = (message: string) => new AppError("wait", message, { retryAfter: RETRY_MS });

/** What a job answered, unless it is a promise: its later steps would run outside the transaction. */
function settled(value: unknown): unknown {
  if (typeof (value as { then?: unknown } | null | undefined)?.then === "function") {
    throw new Error("A job of the store must be synchronous: it answered a promise.");
  }
  return value;
}
