import type { CallId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { Trunk } from "./deciding.ts";
import type { Feed } from "./ports.ts";
import type { TrunkNews, TrunkWant } from "./trunks-message.ts";

/** A province that does not repeat what it wants for so long wants nothing, in milliseconds. */
const SILENCE = 8_000;

interface Loan {
  want: TrunkWant;
  /** null until it has arrived */
  feed: Feed | null;
  rev: number;
}

interface Parts {
  /** whether the province has seats of that call on our gateway */
  hosts(from: Province, call: CallId): boolean;
  /** whether there is such a feed: who asks for another life of it must not take it from those who have it */
  knows(trunk: Trunk): boolean;
  now(): number;
  need(trunk: Trunk, holder: Province): void;
  release(trunk: Trunk, holder: Province): void;
  /** there is news for this province */
  changed(by: Province): void;
}

/** Feeds that seats of other provinces on our gateway want: brought here as for our own, so that each crosses once. */
export class Lent {
  private readonly loans = new Map<Province, Map<string, Loan>>();
  private readonly askedAt = new Map<Province, number>();
  private rev = 0;

  constructor(private readonly parts: Parts) {}

  /** All that a province wants here now. */
  want(by: Province, wants: readonly TrunkWant[]): void {
    const former = this.loans.get(by) ?? new Map<string, Loan>();
    const loans = new Map<string, Loan>();
    for (const want of wants) {
      if (!this.parts.hosts(by, want.call) || !this.parts.knows(trunkOf(want))) continue;
      const known = former.get(keyOf(want));
      loans.set(keyOf(want), known ? Object.assign(known, { want }) : { want, feed: null, rev: 0 });
    }
    this.loans.set(by, loans);
    this.askedAt.set(by, this.parts.now());
    for (const [key, { want }] of former) if (!loans.has(key)) this.parts.release(trunkOf(want), by);
    for (const [key, { want }] of loans) if (!former.has(key)) this.parts.need(trunkOf(want), by);
  }

  arrived(trunk: Trunk, feed: Feed | null, holders: ReadonlySet<Province>): void {
    for (const by of holders) {
      const loan = this.loans.get(by)?.get(keyOf(trunk));
      if (!loan) continue;
      loan.feed = feed;
      this.rev = Math.max(this.rev + 1, this.parts.now());
      loan.rev = this.rev;
      this.parts.changed(by);
    }
  }

  news(by: Province): TrunkNews[] {
    const news: TrunkNews[] = [];
    for (const { want, feed, rev } of this.loans.get(by)?.values() ?? []) {
      const { call, seat, life, to } = want;
      if (feed && rev !== want.rev) news.push({ call, seat, life, to, is: "there", rev, streams: feed.streams });
      else if (!feed && want.rev !== 0) news.push({ call, seat, life, to, is: "none" });
    }
    return news;
  }

  tick(): void {
    for (const [by, at] of this.askedAt)
      if (this.parts.now() - at >= SILENCE) {
        this.want(by, []);
        this.loans.delete(by);
        this.askedAt.delete(by);
      }
  }
}

const keyOf = ({ call, seat, life }: Pick<Trunk, "call" | "seat" | "life">) => `${call} ${seat} ${life}`;
const trunkOf = ({ call, seat, life, home, to }: TrunkWant): Trunk => ({ call, seat, life, home, to });
