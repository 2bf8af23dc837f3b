import type { AuditEntry } from "#protocol/audit";

export interface AuditRow {
  n: number;
  at: number;
  kind: string;
  by: string;
  facts: string;
  hash: string;
}

/** A row whose texts are not as this program writes them is shown as damaged; its hash then says no more than that. */
export function entryOf({ n, at, kind, by, facts, hash }: AuditRow): AuditEntry {
  const entry = { n, at, kind: kind as AuditEntry["kind"], hash };
  const parsed = { by: parse(by), facts: parse(facts) };
  if (parsed.by === undefined || parsed.facts === undefined)
    return { ...entry, by: { operator: "?" }, facts: { damaged: true, by, facts } };
  return { ...entry, ...(parsed as Pick<AuditEntry, "by" | "facts">) };
}

function parse(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null && JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
