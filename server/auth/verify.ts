import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { VerifyNow, VerifySignature } from "../domain/ports.ts";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const MAX_KEYS = 4096;
/** 91 bytes in base64: the SPKI of an uncompressed P-256 point. */
const SPKI_LENGTH = 124;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Imported keys, the least lately used first. */
const imported = new Map<string, CryptoKey>();

/** Checks ECDSA P-256 with SHA-256 (FIPS 186-5), signature in IEEE P1363 form. False for anything malformed. */
export const verifySignature: VerifySignature = async (key, text, signature) => {
  if (signature.length !== 88 || !BASE64.test(signature)) return false;
  const found = await importKey(key);
  if (!found) return false;
  return crypto.subtle.verify(SIGNATURE, found, Buffer.from(signature, "base64"), new TextEncoder().encode(text));
};

/** As `verifySignature`, at once. */
export const verifyNow: VerifyNow = (key, text, signature) => {
  if (signature.length !== 88 || !BASE64.test(signature)) return false;
  const known = readKey(key);
  if (!known) return false;
  const bytes = Buffer.from(signature, "base64");
  return verify("sha256", Buffer.from(text), { key: known, dsaEncoding: "ieee-p1363" }, bytes);
};

/** The provinces' keys and a few administrators': there are not many. */
const read = new Map<string, KeyObject>();

function readKey(key: string): KeyObject | undefined {
  if (key.length !== SPKI_LENGTH || !BASE64.test(key)) return undefined;
  const known = read.get(key);
  if (known) return known;
  try {
    const fresh = createPublicKey({ key: Buffer.from(key, "base64"), format: "der", type: "spki" });
    if (fresh.asymmetricKeyDetails?.namedCurve !== "prime256v1") return undefined;
    if (read.size >= MAX_KEYS) read.delete(read.keys().next().value as string);
    read.set(key, fresh);
    return fresh;
  } catch {
    return undefined;
  }
}

/** A P-256 public key, SPKI, base64 (RFC 5480): the only kind of device key there is. */
export const isDeviceKey = async (key: unknown): Promise<boolean> =>
  typeof key === "string" && (await importKey(key)) !== undefined;

async function importKey(key: string): Promise<CryptoKey | undefined> {
  if (key.length !== SPKI_LENGTH || !BASE64.test(key)) return undefined;
  const known = imported.get(key);
  if (known) {
    imported.delete(key);
    imported.set(key, known);
    return known;
  }
  try {
    const fresh = await crypto.subtle.importKey("spki", Buffer.from(key, "base64"), P256, false, ["verify"]);
    if (imported.size >= MAX_KEYS) imported.delete(imported.keys().next().value as string);
    imported.set(key, fresh);
    return fresh;
  } catch {
    return undefined;
  }
}
