import type { Person } from "#protocol/directory";
import type { Enrolled } from "#protocol/enrol";
import { type DeviceId, DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import { isActive } from "../administration/reach.ts";
import type { Now } from "../clock.ts";
import { shutOut } from "../directory/device-turn.ts";
import type { Directory } from "../directory/directory.ts";
import { AppError } from "../error.ts";
import type { Store, Tx } from "../ports.ts";
import { hashCode, inGroups } from "./code.ts";
import { Entrance } from "./entrance.ts";
import { goodFrom, HELD_MS } from "./held.ts";
import { closeInvitation, issueInvitation } from "./issue.ts";
import type { Invitation } from "./ports.ts";

/** Brings devices in: a one-time code bound to a person becomes a device with a key of its own. */
export class Enrolment {
  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
    private readonly now: Now,
    private readonly entrance = new Entrance(store, directory, now),
    private readonly heldMs = HELD_MS,
  ) {}

  /** An invitation of the operator's hand alone: its code, shown once. Earlier ones of the person are void. */
  async issueCode(person: PersonId, validMs: number): Promise<string> {
    if (this.store.person(person)?.province !== this.store.province)
      throw new AppError("fix", "Codes are issued in the person's own province.");
    const actor = { operator: "beep" };
    const now = this.now();
    const good = goodFrom(this.store, person, { now, hands: 1, heldMs: this.heldMs });
    const invited = { person, way: "show" as const, now, good, validMs, by: null, actor };
    return inGroups((await this.store.write(DIRECTORY_ROOM, (tx) => issueInvitation(tx, invited))).code);
  }

  /**
   * Spends a code and enters the device. A wrong, a used, an expired and a cancelled code are told apart by nobody.
   * @param key P-256 public key, SPKI, base64; checked by the caller
   * @throws AppError as `Entrance.admit`, and forbidden with `opens` while it is held; the code stays good then
   */
  async enrol(code: string, key: string, label: string, address = ""): Promise<Enrolled> {
    const hash = hashCode(code);
    return this.store.write(DIRECTORY_ROOM, (tx) => {
      const invitation = this.good(hash);
      if (!invitation) throw new AppError("forbidden", "This code is not valid. Ask for a new one.");
      const { person, good } = invitation;
      if (good > this.now())
        throw new AppError("forbidden", "This invitation is not good yet: its person may still stop it.", {
          opens: good,
        });
      if (!this.store.person(person)) this.enter(tx, person);
      const made = this.entrance.admit(tx, person, { key, label }, "invitation", address);
      closeInvitation(tx, invitation, "used");
      return made;
    });
  }

  /** Shuts a device out, by the operator's hand. */
  async revoke(id: DeviceId): Promise<void> {
    await this.store.write(DIRECTORY_ROOM, (tx) => {
      const device = this.store.device(id);
      if (!device) throw new AppError("fix", "There is no such device.");
      if (device.revoked) return;
      this.directory.issue(tx, "revocation", [{ device: shutOut(device) }]);
      tx.tables.audit.append({ kind: "revoked", by: { operator: "beep" }, facts: { device: id } }, this.now());
    });
  }

  /** Somebody who applied comes in: from now on they are in the directory. */
  private enter(tx: Tx, id: PersonId): void {
    const applicant = this.store.tables.invitations.applicant(id);
    const name = applicant?.name ?? "";
    const contact = applicant?.contact ?? "";
    const none = { en: "", ur: "" };
    const person: Person = {
      id,
      province: this.store.province,
      name: { en: name, ur: name },
      post: none,
      unit: none,
      contact: contact.includes("@") ? { email: contact } : { mobile: contact },
      public: true,
    };
    // Judged before anything is written.
    this.entrance.waveFor(person);
    this.directory.issue(tx, "enrolment", [{ person }]);
    tx.tables.invitations.dropApplicant(id);
  }

  /** An invitation with which its person may come in now. */
  private good(hash: string): Invitation | undefined {
    const { invitations } = this.store.tables;
    const invitation = invitations.invitationByHash(hash);
    if (invitation?.state !== "open" || invitation.expires <= this.now()) return undefined;
    const person = this.store.person(invitation.person);
    if (!person) return invitations.applicant(invitation.person) && invitation;
    return isActive(person) ? invitation : undefined;
  }
}
