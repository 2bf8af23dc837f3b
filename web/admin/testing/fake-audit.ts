import type { AuditFind } from "#protocol/admin";
import type { AuditEntry, AuditKind } from "#protocol/audit";
import type { Person } from "#protocol/directory";

const KINDS: readonly AuditKind[] = ["sign-in", "order", "invited", "read", "revoked", "operator", "enrolled"];

/** A made-up log of what its province's people did. */
export function fakeAudit(people: readonly Person[], find: AuditFind) {
  const all = Array.from({ length: 130 }, (_, i): AuditEntry => {
    const kind = KINDS[i % KINDS.length] as AuditKind;
    const person = people[i % people.length] as Person;
    return {
      n: 130 - i,
      at: Date.now() - i * 900_000,
      kind,
      by: kind === "operator" ? { operator: "root" } : { person: person.id, device: "d1".padEnd(32, "0") },
      facts:
        kind === "order"
          ? { do: "state", people: 3, state: "retired" }
          : kind === "invited"
            ? { person: person.id, way: "show", expires: Date.now() + 86_400_000 }
            : { address: "10.1.0.44", how: "passkey" },
      hash: "",
    };
  });
  const found = all.filter(
    ({ n, kind }) => (!find.before || n < find.before) && (!find.kind || kind === find.kind) && find.text !== "nothing",
  );
  const entries = found.slice(0, find.limit);
  const last = entries[entries.length - 1];
  return { entries, size: all.length, ...(found.length > entries.length && last && { next: last.n }) };
}
