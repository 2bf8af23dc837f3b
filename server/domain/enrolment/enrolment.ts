import type { Enrolled } from "#protocol/enrol";
import { type DeviceId, DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { Now } from "../clock.ts";
import { shutOut } from "../directory/device-turn.ts";
import type { Directory } from "../directory/directory.ts";
import { AppError } from "../error.ts";
import type { Store } from "../ports.ts";
import { hashCode, inGroups } from "./code.ts";
import { Entrance } from "./entrance.ts";
import { issueInvitation } from "./issue.ts";
import type { Invitation } from "./ports.ts";

/** Brings devices in: a one-time code bound to a person becomes a device with a key of its own. */
export class Enrolment {
  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
    private readonly now: Now,
    private readonly entrance = new Entrance(store, directory, now),
  ) {}

  /** The operator's invitation: its code, shown once. Earlier ones of the person are void. */
  async issueCode(person: PersonId, validMs: number): Promise<string> {
    if (this.store.person(person)?.province !== this.store.province)
      throw new AppError("fix", "Codes are issued in the person's own province.");
    const actor = { operator: "beep" };
    const invited = { person, way: "show" as const, now: this.now(), validMs, by: null, actor };
    return inGroups((await this.store.write(DIRECTORY_ROOM, (tx) => issueInvitation(tx, invited))).code);
  }

  /**
   * Spends a code and enters the device. A wrong, a used, an expired and a cancelled code are told apart by nobody.
   * @param key P-256 public key, SPKI, base64; checked by the caller
   * @throws AppError as `Entrance.admit`; the code stays good then
   */
  async enrol(code: string, key: string, label: string, address = ""): Promise<Enrolled> {
    const hash = hashCode(code);
    return this.store.write(DIRECTORY_ROOM, (tx) => {
      const invitation = this.good(hash);
      if (!invitation) throw new AppError("forbidden", "This code is not valid. Ask for a new one.");
      const made = this.entrance.admit(tx, invitation.person, { key, label }, "invitation", address);
      tx.tables.invitations.setInvitation({ ...invitation, state: "used", due: null });
      return made;
    });
  }

  async revoke(id: DeviceId): Promise<void> {
    await this.store.write(DIRECTORY_ROOM, (tx) => {
      const device = this.store.device(id);
      if (!device) throw new AppError("fix", "There is no such device.");
      if (!device.revoked) this.directory.issue(tx, "revocation", [{ device: shutOut(device) }]);
    });
  }

  /** An invitation with which its person may come in now. */
  private good(hash: string): Invitation | undefined {
    const invitation = this.store.tables.invitations.invitationByHash(hash);
    if (invitation?.state !== "open" || invitation.expires <= this.now()) return undefined;
    return (this.store.person(invitation.person)?.state ?? "active") === "active" ? invitation : undefined;
  }
}
