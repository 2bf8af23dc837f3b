import type { AuditFacts } from "#protocol/audit";
import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { Now } from "../clock.ts";
import type { Store } from "../ports.ts";

/** Of one person's refusals so many are written down within the time; how many came beyond is written with the next one. */
const MOST = 20;
const WITHIN_MS = 10 * 60_000;
const MOST_PEOPLE = 10_000;

/** Writes refusals into the audit log, and lets nobody fill it with them: anybody inside may ask and be refused. */
export class Refusals {
  private readonly counts = new Map<PersonId, { until: number; noted: number; left: number }>();

  constructor(
    private readonly store: Store,
    private readonly now: Now,
  ) {}

  async note(who: { person: PersonId; device: string }, facts: AuditFacts): Promise<void> {
    const now = this.now();
    const known = this.counts.get(who.person);
    const count = known && now < known.until ? known : { until: now + WITHIN_MS, noted: 0, left: known?.left ?? 0 };
    if (this.counts.size >= MOST_PEOPLE && !known) this.counts.delete(this.counts.keys().next().value as PersonId);
    this.counts.set(who.person, count);
    if (count.noted >= MOST) {
      count.left++;
      return;
    }
    count.noted++;
    const more: AuditFacts = count.left > 0 ? { notNoted: count.left } : {};
    count.left = 0;
    const { person, device } = who;
    await this.store.write(DIRECTORY_ROOM, (tx) => {
      tx.tables.audit.append({ kind: "order-refused", by: { person, device }, facts: { ...facts, ...more } }, now);
    });
  }
}
