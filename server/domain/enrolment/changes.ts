import type { AuditEntry } from "#protocol/audit";
import type { PersonId } from "#protocol/ids";
import type { Change } from "#protocol/notice";
import type { Store } from "../ports.ts";

/** How far back a person is told, and of how many changes at once. */
const BACK_MS = 60 * 24 * 60 * 60_000;
const MOST = 20;

/** What changed who can come in as the person, newest first. In the home province alone: the log is that one's. */
export function changesOf(store: Pick<Store, "tables" | "device">, person: PersonId, now: number): Change[] {
  const { entries } = store.tables.audit.find({ person, from: now - BACK_MS, limit: 200 });
  return entries.flatMap((entry) => changeIn(store, person, entry) ?? []).slice(0, MOST);
}

function changeIn(store: Pick<Store, "device">, person: PersonId, entry: AuditEntry): Change | undefined {
  const { n, at, kind, by, facts } = entry;
  if (!("device" in by) || by.person !== person) return undefined;
  const label = store.device(by.device)?.label ?? "";
  const change = { n, at, device: by.device, label };
  if (kind === "enrolled" || kind === "linked") return { ...change, what: "device", did: "came" };
  if (kind === "revoked") return { ...change, what: "device", did: "revoked" };
  if (kind !== "credential") return undefined;
  return { ...change, what: facts.way as Change["what"], did: facts.did as Change["did"] };
}
