import { expect, test } from "bun:test";
import { ReplayWindow } from "./replay.ts";
import { type Bytes, encodeHeader, frameKey, parseHeader, protect, unprotect } from "./sframe.ts";
import HEADERS from "./testing/rfc9605-headers.json";

const bytes = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");

/** RFC 9605, appendix C.3, cipher suite 0x0004. */
const VECTOR = {
  kid: 0x123,
  counter: 0x4567,
  base: bytes("000102030405060708090a0b0c0d0e0f"),
  key: "d34f547f4ca4f9a7447006fe7fcbf768",
  salt: "75234edefe07819026751816",
  metadata: bytes("4945544620534672616d65205747"),
  plain: bytes("64726166742d696574662d736672616d652d656e63"),
  sealed: bytes("9901234567b7412c2513a1b66dbb48841bbaf17f598751176ad847681a69c6d0b091c07018ce4adb34eb"),
};

test("headers are those of RFC 9605, appendix C.1, as far as numbers are ours", () => {
  let ours = 0;
  for (const [kid, counter, encoded] of HEADERS as [string, string, string][]) {
    const known = [Number(kid), Number(counter)] as const;
    const parsed = parseHeader(bytes(`${encoded}ff`));
    if (BigInt(kid) > 2n ** 53n - 1n || BigInt(counter) > 2n ** 53n - 1n) {
      expect(parsed).toBeUndefined();
      expect(() => encodeHeader(...known)).toThrow(RangeError);
      continue;
    }
    ours++;
    expect(hex(encodeHeader(...known))).toBe(encoded);
    expect(parsed).toEqual({ kid: known[0], counter: known[1], length: encoded.length / 2 });
    for (let cut = 0; cut < encoded.length; cut += 2) expect(parseHeader(bytes(encoded.slice(0, cut)))).toBeUndefined();
  }
  expect(ours).toBe(196);
});

test("key, salt and ciphertext are those of RFC 9605, appendix C.3", async () => {
  const { kid, counter, base, metadata, plain, sealed } = VECTOR;
  const sending = await frameKey(kid, base, "encrypt");
  expect(hex(sending.salt)).toBe(VECTOR.salt);
  expect(sending.key.extractable).toBe(false);
  expect(await protect(sending, counter, metadata, plain)).toEqual(sealed);
  const receiving = await frameKey(kid, base, "decrypt");
  expect(await unprotect(receiving, metadata, sealed)).toEqual(plain);
  // The vector's own key, not one that was derived, opens it too.
  const raw = await crypto.subtle.importKey("raw", bytes(VECTOR.key), "AES-GCM", false, ["decrypt"]);
  expect(await unprotect({ ...receiving, key: raw }, metadata, sealed)).toEqual(plain);
});

test("a bit that was flipped anywhere, a byte too few and another's key open nothing", async () => {
  const { kid, base, metadata, sealed } = VECTOR;
  const key = await frameKey(kid, base, "decrypt");
  const flipped = (of: Bytes, bit: number) => of.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
  for (let bit = 0; bit < sealed.length * 8; bit++)
    expect(await unprotect(key, metadata, flipped(sealed, bit) as Bytes)).toBeUndefined();
  for (let bit = 0; bit < metadata.length * 8; bit++)
    expect(await unprotect(key, flipped(metadata, bit) as Bytes, sealed)).toBeUndefined();
  for (let length = 0; length < sealed.length; length++)
    expect(await unprotect(key, metadata, sealed.subarray(0, length))).toBeUndefined();
  expect(await unprotect(await frameKey(kid + 1, base, "decrypt"), metadata, sealed)).toBeUndefined();
  expect(await unprotect({ ...(await frameKey(kid + 1, base, "decrypt")), kid }, metadata, sealed)).toBeUndefined();
  expect(await unprotect(await frameKey(kid, bytes("ff".repeat(16)), "decrypt"), metadata, sealed)).toBeUndefined();
});

test("a key made for one direction does not do the other", async () => {
  const { kid, base, metadata, plain, sealed } = VECTOR;
  await expect(protect(await frameKey(kid, base, "decrypt"), 0, metadata, plain)).rejects.toThrow();
  expect(await unprotect(await frameKey(kid, base, "encrypt"), metadata, sealed)).toBeUndefined();
});

test("each counter counts once, in any order, as long as it is not far behind", () => {
  const window = new ReplayWindow();
  for (const counter of [0, 5, 3, 1, 900, 1023, 2, 1027]) expect(window.take(counter)).toBe(true);
  for (const counter of [0, 5, 3, 1, 900, 1023, 2, 1027]) expect(window.take(counter)).toBe(false);
  expect(window.take(4)).toBe(true);
  // 6 stands where 1030 will: it must be forgotten by then, and 6 be too old.
  expect(window.take(6)).toBe(true);
  expect(window.take(1030)).toBe(true);
  expect(window.take(6)).toBe(false);
  expect(window.take(2 ** 40)).toBe(true);
  expect(window.seen(2 ** 40 - 1024)).toBe(true);
  for (let counter = 2 ** 40 - 1023; counter < 2 ** 40; counter++) expect(window.take(counter)).toBe(true);
});
