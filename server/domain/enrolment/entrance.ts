import type { Device, Person, Wave } from "#protocol/directory";
import type { Enrolled } from "#protocol/enrol";
import type { PersonId } from "#protocol/ids";
import { isActive } from "../administration/reach.ts";
import type { Now } from "../clock.ts";
import { deviceIdOf } from "../directory/device-id.ts";
import type { Directory } from "../directory/directory.ts";
import { AppError } from "../error.ts";
import type { Store, Tx } from "../ports.ts";
import { closeInvitation } from "./issue.ts";
import { WaveBook } from "./wave-book.ts";

/** Devices that one person may have besides those that were shut out. */
export const MAX_DEVICES = 8;
const MAX_LABEL = 60;

/** The one way in for a new device, whichever way its person proved who they are. */
export class Entrance {
  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
    private readonly now: Now,
    private readonly waves = new WaveBook(store, now),
  ) {}

  /**
   * Enters a device. All is judged before anything is written, so that a refusal costs the store nothing.
   * @param device `key`: P-256 public key, SPKI, base64, checked by the caller
   * @param how the way of coming in, for the audit log: invitation, passkey, pin, recovery, oidc, link
   * @param address the client's network address
   * @throws AppError forbidden (not an active person of this province; outside the open wave, then with `opens`),
   *   conflict (too many devices), fix (a key that was let in before)
   */
  admit(
    tx: Tx,
    person: PersonId,
    device: { key: string; label: string; linked?: Device["linked"] },
    how: string,
    address: string,
  ): Enrolled {
    const { province } = this.store;
    const known = this.store.person(person);
    if (known?.province !== province || !isActive(known))
      throw new AppError("forbidden", "This person cannot be let in here.");
    const devices = this.store.devicesOf(person);
    // Who is inside is not shut out by waves when another device comes.
    const wave = devices.length > 0 ? null : this.waveFor(known);
    if (devices.filter(({ revoked }) => !revoked).length >= MAX_DEVICES)
      throw new AppError("conflict", `You have ${MAX_DEVICES} devices already. Remove one of them first.`);
    const now = this.now();
    const { key, label, linked } = device;
    const id = deviceIdOf({ person, key });
    if (this.store.device(id)) throw new AppError("fix", "This key was let in before. Begin anew, with a new key.");
    const entry: Device = { id, person, key, label: tidyLabel(label), revoked: false, ...(linked && { linked }) };
    this.directory.issue(tx, "enrolment", [{ device: entry }]);
    if (devices.length === 0) {
      tx.tables.invitations.cameIn(person, wave?.id ?? null, now);
      // They were made while nobody could object.
      for (const open of tx.tables.invitations.openInvitations(person, now)) closeInvitation(tx, open, "cancelled");
    }
    tx.tables.audit.append(
      {
        kind: how === "link" ? "linked" : "enrolled",
        by: { person, device: id },
        facts: { how, wave: wave?.id ?? null, address, ...(linked && { by: linked.device }) },
      },
      now,
    );
    return { person, device: id, province };
  }

  /**
   * The wave under which somebody who is not inside may come in now; null where the province has none.
   * @throws AppError forbidden with `opens`
   */
  waveFor(person: Person): Wave | null {
    const may = this.waves.mayEnter(person);
    if (may.may) return may.wave;
    const { opens } = may;
    throw new AppError("forbidden", "It is not your turn to come in yet. Your invitation stays good.", { opens });
  }
}

/** A device's name for itself: one line, without marks that turn the direction of what stands beside it. */
export const tidyLabel = (label: string): string =>
  label
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "")
    .trim()
    .slice(0, MAX_LABEL);
