import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { Secrets, Signer } from "../domain/ports.ts";

/** Under which the private key lies: PKCS8, base64. */
const NAME = "province-key";

/** The province's key (ECDSA P-256), made at a folder's first start and kept there for good. @throws where it is damaged */
export function openSigner(secrets: Secrets): Signer {
  const kept = secrets.get(NAME) ?? make();
  const privateKey = createPrivateKey({ key: Buffer.from(kept, "base64"), format: "der", type: "pkcs8" });
  if (secrets.get(NAME) === undefined) secrets.set(NAME, kept);
  return {
    key: createPublicKey(privateKey).export({ format: "der", type: "spki" }).toString("base64"),
    sign: (text) =>
      sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64"),
  };
}

const make = (): string =>
  generateKeyPairSync("ec", { namedCurve: "P-256" })
    .privateKey.export({ format: "der", type: "pkcs8" })
    .toString("base64");
