import { type AuditHead, headText, type AuditWitness, witnessText } from "#protocol/audit";
import type { Province } from "#protocol/ids";
import type { Signer, Tx, VerifyNow } from "../ports.ts";
import { objection } from "./judging.ts";
import type { Note } from "./ports.ts";

/** What one province's published words say against another's, or against this log. */
export interface Contradiction {
  province: Province;
  size: number;
  why: string;
}

const AT_ONCE = 1000;
export const REVIEWED = "audit.reviewed";

/**
 * Looks at heads and witnesses that came since the last time. Answers the heads to be witnessed, one a province, the
 * newest that goes on from what was witnessed before; and what contradicts.
 */
export function review(tx: Tx, self: Province, after: number, verify: VerifyNow) {
  const { audit, offices } = tx.tables;
  const sound = new Map<Province, AuditHead>();
  const against: Contradiction[] = [];

  const look = ({ note }: Note): string | undefined => {
    if ("witness" in note) {
      const { province, size, root, witness } = note.witness;
      if (province !== self || audit.hasHead(self, size, root)) return undefined;
      return `${witness} has witnessed a head of it that is not among its own`;
    }
    const { head } = note;
    if (head.province === self)
      return head.size > audit.size()
        ? `it has ${audit.size()} entries; a head over ${head.size} was published`
        : undefined;
    const key = offices.provinceKey(head.province);
    if (!key || !verify(key, headText(head), head.signature)) return "its signature is not the province's";
    const why = objection(head, sound.get(head.province) ?? audit.witnessed(head.province, self));
    if (why === undefined) sound.set(head.province, head);
    return why;
  };

  for (let k = after; ; ) {
    const notes = audit.notes(k, AT_ONCE);
    for (const note of notes) {
      const why = look(note);
      const { province, size } = "head" in note.note ? note.note.head : note.note.witness;
      if (why) against.push({ province, size, why });
      k = note.k;
    }
    if (notes.length < AT_ONCE) return { sound: [...sound.values()], against };
  }
}

/** This province's word that it has seen a head. */
export function witnessOf(head: AuditHead, witness: Province, signer: Signer, at: number): AuditWitness {
  const { province, size, root } = head;
  const words = { witness, province, size, root, at };
  return { ...words, signature: signer.sign(witnessText(words)) };
}
