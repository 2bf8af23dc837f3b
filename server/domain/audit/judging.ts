import type { AuditHead, AuditWitness } from "#protocol/audit";
import { isContinued } from "./merkle.ts";

/**
 * Whether another province's head goes on from the one of it that was witnessed here before; undefined where it does, else
 * why not. The first head of a province is taken as it is: what it may have rewritten before, nobody outside has seen.
 */
export function objection(head: AuditHead, known: Pick<AuditWitness, "size" | "root"> | undefined): string | undefined {
  if (!known) return undefined;
  if (head.size < known.size) return `it has ${head.size} entries, and had ${known.size}`;
  if (head.size === known.size)
    return head.root === known.root ? undefined : `it is another tree of ${head.size} entries`;
  if (head.from !== known.size) return `it goes on from ${head.from}, not from ${known.size}`;
  return isContinued(known, head, head.proof) ? undefined : `its first ${known.size} entries are not what they were`;
}
