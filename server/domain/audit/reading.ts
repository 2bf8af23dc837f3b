import type { AuditActor, AuditFacts } from "#protocol/audit";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { Now } from "../clock.ts";
import type { Store } from "../ports.ts";

/** Puts on disk who is about to read or take away the audit log; nothing of it goes out where this fails. */
export async function tellReading(
  store: Store,
  now: Now,
  by: AuditActor,
  kind: "read" | "exported",
  facts: AuditFacts,
): Promise<void> {
  await store.write(DIRECTORY_ROOM, (tx) => {
    tx.tables.audit.append({ kind, by, facts }, now());
  });
}
