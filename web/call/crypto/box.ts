import type { CallId, SeatId } from "#protocol/call";
import type { RoomId } from "#protocol/ids";
import { fromBase64, toBase64 } from "../../platform/device-key.ts";
import { type Bytes, concat, NONCE_BYTES } from "./sframe.ts";

/** Epoch secrets on their way: sealed between two seats by what their keys agree on, and bound to what they are for. */

const VERSION = 1;
const ROSTER_BYTES = 16;
const SECRET_BYTES = 32;

/** What a box is bound to: none can be shown in another's place. */
export interface BoxPlace {
  room: RoomId;
  call: CallId;
  epoch: number;
  keyer: SeatId;
  seat: SeatId;
}

export interface BoxContent {
  /** 16 bytes, hex: the seats that share the secret */
  roster: string;
  secret: Bytes;
}

/** ECDH → HKDF-SHA256 → AES-256-GCM: one key for each pair of seats, in both directions. */
export async function pairKey(mine: CryptoKey, theirs: CryptoKey, room: RoomId, call: CallId): Promise<CryptoKey> {
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine, 256);
  const master = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode(JSON.stringify(["beep call box v1", room, call]));
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info };
  const key = await crypto.subtle.deriveBits(how, master, 256);
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}

const gcm = (iv: Bytes, { room, call, epoch, keyer, seat }: BoxPlace) => ({
  name: "AES-GCM",
  iv,
  additionalData: new TextEncoder().encode(JSON.stringify(["beep call box v1", room, call, epoch, keyer, seat])),
});

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** Base64 of nonce, ciphertext and tag: 104 characters. */
export async function sealBox(key: CryptoKey, place: BoxPlace, { roster, secret }: BoxContent): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = concat(Uint8Array.of(VERSION), fromHex(roster), secret);
  return toBase64(concat(nonce, new Uint8Array(await crypto.subtle.encrypt(gcm(nonce, place), key, plain))).buffer);
}

/** Undefined where the box is not for this place, was not made with this pair's key, or is of another version. */
export async function openBox(key: CryptoKey, place: BoxPlace, box: string): Promise<BoxContent | undefined> {
  try {
    const bytes = fromBase64(box);
    const how = gcm(bytes.subarray(0, NONCE_BYTES), place);
    const plain = new Uint8Array(await crypto.subtle.decrypt(how, key, bytes.subarray(NONCE_BYTES)));
    if (plain.length !== 1 + ROSTER_BYTES + SECRET_BYTES || plain[0] !== VERSION) return undefined;
    return { roster: toHex(plain.subarray(1, 1 + ROSTER_BYTES)), secret: plain.slice(1 + ROSTER_BYTES) };
  } catch {
    return undefined;
  }
}

/** A short name for the seats that share an epoch, with the keys they have in it. */
export async function rosterName(members: readonly { id: SeatId; agree: string }[]): Promise<string> {
  const lines = members.map(({ id, agree }) => `${id} ${agree}`).sort();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(lines)));
  return toHex(new Uint8Array(digest, 0, ROSTER_BYTES));
}
