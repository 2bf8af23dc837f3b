import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { WaysStore } from "./ports.ts";

const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals authenticators' secrets at rest and peppers what is hashed. Its root key lies in the same directory.db, so that a
 * restored backup still lets people in. It therefore protects rows that leak by themselves (a query, a log, a copied
 * table), and nothing against one who holds the whole file: for that the operator gives a pepper that is kept elsewhere.
 */
export class Secrets {
  private constructor(
    private readonly sealing: Buffer,
    private readonly peppering: Buffer,
  ) {}

  /** Makes the root key at the first use of a folder. @param pepper of the operator, mixed in; empty: none */
  static async open(store: WaysStore, pepper: string): Promise<Secrets> {
    const fresh = randomBytes(32).toString("hex");
    const root =
      store.tables.credentials.key() ??
      (await store.write(DIRECTORY_ROOM, ({ tables: { credentials } }) => {
        credentials.keepKey(fresh);
        return credentials.key() as string;
      }));
    const derive = (what: string) => Buffer.from(hkdfSync("sha256", Buffer.from(root, "hex"), pepper, what, 32));
    return new Secrets(derive("beep seal v1"), derive("beep pepper v1"));
  }

  /** @param owner whose it is: what was sealed for one is not opened for another */
  seal(owner: string, bytes: Uint8Array): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.sealing, iv).setAAD(Buffer.from(owner));
    return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]).toString("base64url");
  }

  /** Undefined where it was sealed for another, under another key, or was changed. */
  unseal(owner: string, sealed: string): Uint8Array | undefined {
    const bytes = Buffer.from(sealed, "base64url");
    if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(CIPHER, this.sealing, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  /** What goes into a slow hash in place of the text: hashes alone, without the key, cannot be tried. */
  pepper(text: string): string {
    return createHmac("sha256", this.peppering).update(text).digest("base64url");
  }
}
