import { createHash } from "node:crypto";

/** No 0, 1, I, L, O, U: what is read aloud or copied by hand must not be mistaken. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

/** So many random letters, about 4.9 bits each. */
export function mintLetters(length: number): string {
  // 240 is the largest multiple of 30 in a byte; four times as many bytes as letters are enough but for one case in 10^12.
  const random = crypto.getRandomValues(new Uint8Array(length * 4)).filter((byte) => byte < 240);
  if (random.length < length) return mintLetters(length);
  return [...random.subarray(0, length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

/** Case, dashes and spaces do not matter when a code is typed. */
export const lettersOf = (code: string): string => code.toUpperCase().replace(/[^0-9A-Z]/g, "");

/** As codes of ten letters are shown: ABCD-EFGH-JK. */
export const inGroups = (letters: string): string => letters.replace(/(.{4})(?=.)/g, "$1-");

/** SHA-256 of a code, hex: all that is kept of it. */
export const hashCode = (code: string): string =>
  createHash("sha256")
    .update(`beep code v1\n${lettersOf(code)}`)
    .digest("hex");
