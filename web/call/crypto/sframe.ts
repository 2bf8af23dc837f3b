/**
 * SFrame (RFC 9605) with AES_128_GCM_SHA256_128, over WebCrypto alone. Key ids and counters are numbers up to 2^53 − 1,
 * not the 64 bits that the format could carry: ours have 32 bits and start at 0, so a larger one is not ours.
 */

export type Bytes = Uint8Array<ArrayBuffer>;

const SUITE = 4;
const KEY_BYTES = 16;
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A base key's offspring, for sealing or for opening, never for both (section 4.4.1). */
export interface FrameKey {
  readonly kid: number;
  readonly key: CryptoKey;
  readonly salt: Bytes;
}

export interface Header {
  kid: number;
  counter: number;
  /** bytes of the header itself */
  length: number;
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function bigEndian(value: number, width: number): Bytes {
  const bytes = new Uint8Array(width);
  for (let i = width - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return bytes;
}

const widthOf = (value: number): number => (value < 256 ? 1 : 1 + widthOf(Math.floor(value / 256)));

/** Key and salt of a base key (section 4.4.2). */
export async function frameKey(kid: number, base: Bytes, use: "encrypt" | "decrypt"): Promise<FrameKey> {
  const secret = await crypto.subtle.importKey("raw", base, "HKDF", false, ["deriveBits"]);
  const expand = async (label: string, bytes: number): Promise<Bytes> => {
    const info = concat(new TextEncoder().encode(label), bigEndian(kid, 8), bigEndian(SUITE, 2));
    // HMAC pads its key with zeros: an empty salt and one of 32 zeros are the same, and not every browser takes the empty one.
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info };
    return new Uint8Array(await crypto.subtle.deriveBits(how, secret, bytes * 8));
  };
  const key = await expand("SFrame 1.0 Secret key ", KEY_BYTES);
  const salt = await expand("SFrame 1.0 Secret salt ", NONCE_BYTES);
  return { kid, key: await crypto.subtle.importKey("raw", key, "AES-GCM", false, [use]), salt };
}

/** Section 4.3. @throws RangeError on numbers that are not ours to use */
export function encodeHeader(kid: number, counter: number): Bytes {
  if (!Number.isSafeInteger(kid) || !Number.isSafeInteger(counter) || kid < 0 || counter < 0)
    throw new RangeError("SFrame key ids and counters are whole numbers below 2^53");
  const kidBytes = kid < 8 ? 0 : widthOf(kid);
  const counterBytes = counter < 8 ? 0 : widthOf(counter);
  const config =
    (kidBytes ? 0x80 | ((kidBytes - 1) << 4) : kid << 4) | (counterBytes ? 0x08 | (counterBytes - 1) : counter);
  return concat(Uint8Array.of(config), bigEndian(kid, kidBytes), bigEndian(counter, counterBytes));
}

/** Undefined where the bytes end too early or a number is not one of ours. */
export function parseHeader(bytes: Uint8Array): Header | undefined {
  const config = bytes[0];
  if (config === undefined) return undefined;
  let length = 1;
  const read = (bits: number): number => {
    if ((bits & 8) === 0) return bits & 7;
    let value = 0;
    for (let left = (bits & 7) + 1; left > 0; left--) value = value * 256 + (bytes[length++] ?? Number.NaN);
    return value;
  };
  const kid = read(config >> 4);
  const counter = read(config & 15);
  return Number.isSafeInteger(kid) && Number.isSafeInteger(counter) ? { kid, counter, length } : undefined;
}

function nonceOf(salt: Bytes, counter: number): Bytes {
  const nonce = bigEndian(counter, NONCE_BYTES);
  for (let i = 0; i < NONCE_BYTES; i++) nonce[i] = (nonce[i] as number) ^ (salt[i] as number);
  return nonce;
}

const gcm = (key: FrameKey, counter: number, aad: Bytes) => ({
  name: "AES-GCM",
  iv: nonceOf(key.salt, counter),
  additionalData: aad,
  tagLength: TAG_BYTES * 8,
});

/** Header, ciphertext and tag (section 4.4.3). The caller sees to it that no counter is used twice with one key. */
export async function protect(key: FrameKey, counter: number, metadata: Bytes, plain: Bytes): Promise<Bytes> {
  const header = encodeHeader(key.kid, counter);
  const how = gcm(key, counter, concat(header, metadata));
  return concat(header, new Uint8Array(await crypto.subtle.encrypt(how, key.key, plain)));
}

/** The plaintext (section 4.4.4); undefined where the key id is another's or the tag does not verify. */
export async function unprotect(key: FrameKey, metadata: Bytes, sealed: Bytes): Promise<Bytes | undefined> {
  const header = parseHeader(sealed);
  if (!header || header.kid !== key.kid || sealed.length < header.length + TAG_BYTES) return undefined;
  const how = gcm(key, header.counter, concat(sealed.subarray(0, header.length), metadata));
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, key.key, sealed.subarray(header.length)));
  } catch {
    return undefined;
  }
}
