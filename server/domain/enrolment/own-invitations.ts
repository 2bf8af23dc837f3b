import { type DeviceId, DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { Now } from "../clock.ts";
import { AppError } from "../error.ts";
import type { Store, Tx } from "../ports.ts";
import { closeInvitation } from "./issue.ts";
import type { Invitation } from "./ports.ts";

interface Who {
  person: PersonId;
  device: DeviceId;
}

/** What somebody who is inside says to an invitation that was made for them (R103): their device's yes, or no. */
export class OwnInvitations {
  constructor(
    private readonly store: Store,
    private readonly now: Now,
  ) {}

  /** It lets nobody in. @throws AppError conflict where it is no longer open */
  stop(who: Who, id: unknown): Promise<void> {
    return this.decide(who, id, (tx, invitation) => {
      closeInvitation(tx, invitation, "cancelled");
      return { cancelled: true };
    });
  }

  /** It is good at once. @throws as `stop` */
  allow(who: Who, id: unknown): Promise<void> {
    return this.decide(who, id, (tx, invitation) => {
      const good = this.now();
      tx.tables.invitations.setInvitation({ ...invitation, good });
      tx.tell(who.person, { kind: "invitation-over", invitation: invitation.id });
      return { good };
    });
  }

  private decide(
    { person, device }: Who,
    id: unknown,
    act: (tx: Tx, invitation: Invitation) => Record<string, number | boolean>,
  ): Promise<void> {
    return this.store.write(DIRECTORY_ROOM, (tx) => {
      const now = this.now();
      const open = tx.tables.invitations.openInvitations(person, now).find((each) => each.id === id);
      // A device that was shut out while this waited says nothing any more.
      if (!open || this.store.device(device)?.revoked !== false)
        throw new AppError("conflict", "This invitation is used or cancelled already.");
      const facts = { person, invitation: open.id, ...act(tx, open) };
      tx.tables.audit.append({ kind: "invited", by: { person, device }, facts }, now);
    });
  }
}
