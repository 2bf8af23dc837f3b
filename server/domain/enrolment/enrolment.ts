import { type DeviceId, DIRECTORY_ROOM, mintId, type PersonId } from "#protocol/ids";
import type { Now } from "../clock.ts";
import type { Directory } from "../directory/directory.ts";
import { AppError } from "../error.ts";
import type { Store } from "../ports.ts";

/** No 0, 1, I, L, O, U: what is read aloud or copied by hand must not be mistaken. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH = 10;

/** Brings devices in: a one-time code bound to a person becomes a device with a key of its own. */
export class Enrolment {
  constructor(
    private readonly store: Store,
    private readonly directory: Directory,
    private readonly now: Now,
  ) {}

  /** A one-time code (about 49 bits), shown once; only its hash is kept. */
  async issueCode(person: PersonId, validMs: number): Promise<string> {
    if (this.store.person(person)?.province !== this.store.province)
      throw new AppError("fix", "Codes are issued in the person's own province.");
    const random = crypto.getRandomValues(new Uint8Array(64)).filter((byte) => byte < 240);
    const letters = [...random.subarray(0, CODE_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
    const hash = await hashCode(letters);
    const expires = this.now() + validMs;
    await this.store.write(DIRECTORY_ROOM, (tx) => tx.putCode(hash, person, expires));
    return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
  }

  /**
   * Spends a code and enters the device. A wrong, a used and an expired code are told apart by nobody.
   * @param key P-256 public key, SPKI, base64; checked by the caller
   */
  async enrol(code: string, key: string, label: string): Promise<{ person: PersonId; device: DeviceId }> {
    const hash = await hashCode(code);
    const device = mintId(this.now());
    return this.store.write(DIRECTORY_ROOM, (tx) => {
      const person = tx.takeCode(hash, this.now());
      if (!person) throw new AppError("forbidden", "This code is not valid. Ask for a new one.");
      this.directory.record(tx, person, {
        device: { id: device, person, key, label: label.slice(0, 60), revoked: false },
      });
      return { person, device };
    });
  }

  async revoke(id: DeviceId): Promise<void> {
    const device = this.store.device(id);
    if (!device) throw new AppError("fix", "There is no such device.");
    await this.store.write(DIRECTORY_ROOM, (tx) =>
      this.directory.record(tx, device.person, { device: { ...device, revoked: true } }),
    );
  }
}

/** Case, dashes and spaces do not matter when a code is typed. */
async function hashCode(code: string): Promise<string> {
  const letters = code.toUpperCase().replace(/[^0-9A-Z]/g, "");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`beep code v1\n${letters}`));
  return Buffer.from(digest).toString("hex");
}
