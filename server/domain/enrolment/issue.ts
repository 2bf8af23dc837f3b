import type { AuditActor } from "#protocol/audit";
import { mintId, type PersonId } from "#protocol/ids";
import type { InviteWay } from "#protocol/order";
import type { Tx } from "../ports.ts";
import { hashCode, mintLetters } from "./code.ts";
import type { Invitation } from "./ports.ts";

/** Letters of an invitation's code: about 49 bits. */
const CODE_LETTERS = 10;

export const newCode = (): string => mintLetters(CODE_LETTERS);

/** Makes an invitation; the person's earlier ones are void. The code is told here and never again. */
export function issueInvitation(
  tx: Tx,
  invited: { person: PersonId; way: InviteWay; now: number; validMs: number; by: PersonId | null; actor: AuditActor },
): { invitation: Invitation; code: string } {
  const { person, way, now, validMs, by, actor } = invited;
  const { invitations, audit } = tx.tables;
  for (const open of invitations.openInvitations(person, now))
    invitations.setInvitation({ ...open, state: "cancelled", due: null });
  const code = newCode();
  const sending = way === "show" ? null : now;
  const invitation: Invitation = {
    id: mintId(now),
    person,
    made: now,
    expires: now + validMs,
    by,
    way,
    state: "open",
    due: sending,
    tries: 0,
    failed: null,
  };
  invitations.addInvitation(invitation, hashCode(code));
  const facts = { person, invitation: invitation.id, way, expires: invitation.expires, by };
  audit.append({ kind: "invited", by: actor, facts }, now);
  return { invitation, code };
}
