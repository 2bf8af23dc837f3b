import type { AuditFind } from "#protocol/admin";
import type { AuditActor, AuditEntry, AuditFacts } from "#protocol/audit";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { Now } from "../clock.ts";
import type { Store } from "../ports.ts";
import { exportLines } from "./export.ts";

/** Reading the audit log: nothing of it goes out before it is on disk that it was read, by whom, and what was asked for. */
export class AuditReading {
  constructor(
    private readonly store: Store,
    private readonly now: Now,
  ) {}

  /** `size` counts the entry of this reading too. Whether the reader may is the caller's to judge. */
  async find(by: AuditActor, find: AuditFind): Promise<{ entries: AuditEntry[]; next?: number; size: number }> {
    const { audit } = this.store.tables;
    const found = audit.find(find);
    await this.tell(by, "read", { ...find, found: found.entries.length });
    return { ...found, size: audit.size() };
  }

  /** The whole log as JSON lines; see `exportLines`. @param facts why: the order's id, for one */
  async export(by: AuditActor, facts: AuditFacts = {}): Promise<{ name: string; text: string }> {
    const { audit, offices } = this.store.tables;
    const { province } = this.store;
    await this.tell(by, "exported", { what: "audit", ...facts });
    const lines = [...exportLines(audit, province, (one) => offices.provinceKey(one))];
    return { name: `audit-${province}-${audit.size()}.jsonl`, text: `${lines.join("\n")}\n` };
  }

  /** For who reads by another way: the operator, in the files themselves. */
  async tell(by: AuditActor, kind: "read" | "exported", facts: AuditFacts): Promise<void> {
    await this.store.write(DIRECTORY_ROOM, (tx) => {
      tx.tables.audit.append({ kind, by, facts }, this.now());
    });
  }
}
