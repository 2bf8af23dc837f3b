import type { AuditKind } from "#protocol/audit";
import type { DirectoryBody } from "#protocol/directory-body";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { Now } from "../clock.ts";
import type { Signer, Store, Tx, VerifyNow } from "../ports.ts";
import { nextHead } from "./growing.ts";
import { type Contradiction, review, REVIEWED, witnessOf } from "./reviewing.ts";
import { sealer } from "./seal.ts";

export interface HeadsOptions {
  store: Store;
  directory: { log(tx: Tx, by: PersonId | null, body: DirectoryBody): void };
  signer: Signer;
  verify: VerifyNow;
  now: Now;
  /** `audit.contradiction`: a log is not what it was said to be; `audit.failed`: a head could not be written */
  alarm: (what: string, details?: Record<string, unknown>) => void;
  /** milliseconds after which what grew is published; ten minutes unless given: every head costs a record in each province, and one for each witness */
  everyMs?: number;
}

const EVERY_MS = 10 * 60_000;
/** Of important entries, a head at once, but not more often than this. */
const HURRY_MS = 10_000;
/** Others should know of these before anybody can take them back. */
const IMPORTANT: ReadonlySet<AuditKind> = new Set(["order", "revoked", "exported", "operator", "wave"]);
const LOOK = 1000;
const RETRY_MS = 60_000;

/** Publishes heads of this province's log and witnesses those of the others. No timer runs while all is published. */
export class AuditHeads {
  private quiet: (() => void) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = Number.POSITIVE_INFINITY;
  /** entries that were looked at for whether they are important */
  private seen = 0;
  private last = 0;
  private working: Promise<unknown> = Promise.resolve();
  private reviewing = false;

  constructor(private readonly options: HeadsOptions) {}

  start(): void {
    const { store, signer, verify } = this.options;
    const log = store.tables.audit;
    log.sealWith(sealer(store.province, signer, verify));
    const head = log.head(store.province);
    this.last = head?.at ?? 0;
    this.seen = head?.size ?? 0;
    this.quiet = store.onCommit(() => this.look());
    this.look();
  }

  async stop(): Promise<void> {
    this.quiet?.();
    this.quiet = undefined;
    clearTimeout(this.timer);
    await this.working;
  }

  /** Publishes what is unpublished. */
  publish(): Promise<void> {
    clearTimeout(this.timer);
    this.due = Number.POSITIVE_INFINITY;
    const { store, directory, signer, now } = this.options;
    return this.work((tx) => {
      this.last = now();
      const head = nextHead(tx.tables.audit, store.province, signer, this.last);
      if (!head) return [];
      directory.log(tx, null, { head });
      tx.tables.audit.putHead(head);
      return [];
    }).then((done) => {
      if (!done && this.quiet) this.publishAt(now() + RETRY_MS);
    });
  }

  /** After a commit: what grew here is published in time, what came from elsewhere is looked at now. */
  private look(): void {
    const { store, now, everyMs = EVERY_MS } = this.options;
    const log = store.tables.audit;
    const size = log.size();
    if (size > this.seen) {
      const important = log.entries(this.seen + 1, LOOK).some(({ kind }) => IMPORTANT.has(kind));
      this.seen = size;
      const wait = Math.min(everyMs, important ? HURRY_MS : everyMs);
      // A clock that was ahead for a while must not hold heads back until it is there again.
      const since = Math.min(this.last, now());
      this.publishAt(Math.max(now(), since + wait));
    }
    if (!this.reviewing && log.noted() > this.reviewed()) this.review();
  }

  private publishAt(due: number): void {
    if (due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => this.publish(), Math.max(0, due - this.options.now()));
    this.timer.unref();
  }

  private reviewed(): number {
    const { store } = this.options;
    return store.cursor(store.fileOf(DIRECTORY_ROOM), REVIEWED);
  }

  private review(): void {
    this.reviewing = true;
    const { store, directory, signer, verify, now } = this.options;
    this.work((tx) => {
      const { sound, against } = review(tx, store.province, this.reviewed(), verify);
      for (const head of sound) {
        const witness = witnessOf(head, store.province, signer, now());
        directory.log(tx, null, { witness });
        tx.tables.audit.putWitness(witness);
      }
      tx.setCursor(REVIEWED, tx.tables.audit.noted());
      return against;
    }).then((done) => {
      this.reviewing = false;
      if (done && this.quiet) this.look();
    });
  }

  /** One job after the other; what went wrong is told and answered with false. */
  private work(job: (tx: Tx) => Contradiction[]): Promise<boolean> {
    const { store, alarm } = this.options;
    const work = this.working.then(async () => {
      try {
        for (const { province, size, why } of await store.write(DIRECTORY_ROOM, job))
          alarm("audit.contradiction", { province, size, why });
        return true;
      } catch (error) {
        alarm("audit.failed", { why: (error as Error).message });
        return false;
      }
    });
    this.working = work;
    return work;
  }
}
