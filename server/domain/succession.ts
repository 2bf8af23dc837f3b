import type { Entry, PostId } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { Now } from "./clock.ts";
import type { Store } from "./ports.ts";
import type { Rooms } from "./rooms.ts";

/** Does the work after so many milliseconds, once; answers the way to call it off. */
export type Later = (work: () => void, ms: number) => () => void;

/** Longest sleep before a date is looked at again: the wall clock may have been set meanwhile. */
const LONGEST_MS = 3_600_000;
const RETRY_MS = 10_000;
/** Posts that are gone through before others get their turn. */
const AT_ONCE = 100;

/**
 * Hands posts' places over in the rooms of which this province is home: when an order about them comes, and when a
 * charge begins or ends by its date. What passed while the node was off or cut off is made up for at the start, and
 * when the orders are heard.
 */
export class Succession {
  private readonly due = new Set<PostId>();
  /** whose charges are to be looked at */
  private readonly people = new Set<PersonId>();
  /** up to when dates have been looked at */
  private upto = 0;
  private working: Promise<void> | undefined;
  private readonly calls = new Map<"date" | "retry", () => void>();
  private readonly listeners = new Set<(post: PostId) => void>();
  private unlisten = () => {};
  private stopped = false;

  constructor(
    private readonly store: Store,
    private readonly rooms: Rooms,
    private readonly now: Now,
    private readonly alarm: (what: string, cause: unknown) => void,
    private readonly later: Later = inTime,
  ) {}

  start(): void {
    this.upto = this.now();
    this.unlisten = this.store.onCommit(({ entries }) => {
      if (entries.length > 0) this.heard(entries);
    });
    for (let after = ""; ; ) {
      const posts = this.store.postsPlaced(after, AT_ONCE);
      for (const post of posts) this.due.add(post);
      after = posts.at(-1) ?? "";
      if (posts.length < AT_ONCE) break;
    }
    this.dates();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.unlisten();
    for (const call of this.calls.values()) call();
    await this.working;
  }

  /** Settles when all that is known of has been handed over. */
  async settled(): Promise<void> {
    while (this.working) await this.working;
  }

  /** Calls back for each post that may have passed on, or is called otherwise; returns the way to stop it. */
  onPassed(listener: (post: PostId) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes up what began or ended by date, and waits for the next date. */
  dates(): void {
    if (this.stopped) return;
    const { offices } = this.store.tables;
    const now = this.now();
    for (const { post } of offices.changing(this.upto, now)) this.due.add(post);
    this.upto = now;
    const next = offices.nextChange(this.upto);
    this.call("date", () => this.dates(), next === undefined ? undefined : Math.min(next - now, LONGEST_MS));
    this.work();
  }

  private heard(entries: readonly Entry[]): void {
    let dated = false;
    for (const entry of entries) {
      if ("charge" in entry) {
        this.due.add(entry.charge.post);
        dated = true;
      } else if ("post" in entry) this.due.add(entry.post.id);
      // Who has retired holds nothing; who was not known before may now hold something.
      else if ("person" in entry) this.people.add(entry.person.id);
    }
    if (dated) this.dates();
    else this.work();
  }

  private work(): void {
    if (this.working || this.stopped || this.due.size + this.people.size === 0) return;
    this.working = this.handOver().finally(() => {
      this.working = undefined;
      if (!this.calls.has("retry")) this.work();
    });
  }

  private async handOver(): Promise<void> {
    // An import brings tens of thousands: others get their turn meanwhile.
    let count = 0;
    const pause = async () => {
      if (++count % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    };
    for (const person of this.people) {
      this.people.delete(person);
      for (const { post } of this.store.tables.offices.chargesOf(person)) this.due.add(post);
      await pause();
      if (this.stopped) return;
    }
    for (const post of this.due) {
      if (this.stopped) return;
      // Before, not after: an order that comes meanwhile makes it due again.
      this.due.delete(post);
      for (const listener of this.listeners) listener(post);
      try {
        for (const room of this.store.roomsWithPost(post)) while (await this.rooms.succeed(room, post));
      } catch (error) {
        // A full disk passes; what is due stays due.
        this.due.add(post);
        this.alarm("A post could not be handed over.", error);
        return this.call("retry", () => this.work(), RETRY_MS);
      }
      await pause();
    }
  }

  private call(what: "date" | "retry", work: () => void, ms: number | undefined): void {
    this.calls.get(what)?.();
    this.calls.delete(what);
    if (ms === undefined || this.stopped) return;
    const done = () => {
      this.calls.delete(what);
      work();
    };
    this.calls.set(what, this.later(done, ms));
  }
}

export const inTime: Later = (work, ms) => {
  const timer = setTimeout(work, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
