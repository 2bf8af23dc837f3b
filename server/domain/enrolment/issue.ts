import type { AuditActor } from "#protocol/audit";
import { mintId, type PersonId } from "#protocol/ids";
import type { InviteWay } from "#protocol/order";
import type { Tx } from "../ports.ts";
import { hashCode, mintLetters } from "./code.ts";
import { noticeOf } from "./held.ts";
import type { Invitation } from "./ports.ts";

/** Letters of an invitation's code: about 49 bits. */
const CODE_LETTERS = 10;

export const newCode = (): string => mintLetters(CODE_LETTERS);

interface Invited {
  person: PersonId;
  way: InviteWay;
  now: number;
  /** from when it is good (see `goodFrom`) */
  good: number;
  /** from then on */
  validMs: number;
  by: PersonId | null;
  actor: AuditActor;
}

/**
 * Makes an invitation; the person's earlier ones are void. The code is told here and never again. Whoever is inside is
 * told of it.
 */
export function issueInvitation(tx: Tx, invited: Invited): { invitation: Invitation; code: string } {
  const { person, way, now, good, validMs, by, actor } = invited;
  const { invitations, audit } = tx.tables;
  for (const open of invitations.openInvitations(person, now)) closeInvitation(tx, open, "cancelled");
  const code = newCode();
  const sending = way === "show" ? null : now;
  const invitation: Invitation = {
    id: mintId(now),
    person,
    made: now,
    good,
    expires: good + validMs,
    by,
    way,
    state: "open",
    due: sending,
    tries: 0,
    failed: null,
  };
  invitations.addInvitation(invitation, hashCode(code));
  const held = good > now;
  const facts = { person, invitation: invitation.id, way, expires: invitation.expires, by, ...(held && { good }) };
  audit.append({ kind: "invited", by: actor, facts }, now);
  if (held) tx.tell(person, noticeOf(invitation));
  return { invitation, code };
}

/** It lets nobody in any more. */
export function closeInvitation(tx: Tx, invitation: Invitation, state: "used" | "cancelled"): void {
  tx.tables.invitations.setInvitation({ ...invitation, state, due: null });
  if (invitation.good > invitation.made)
    tx.tell(invitation.person, { kind: "invitation-over", invitation: invitation.id });
}
