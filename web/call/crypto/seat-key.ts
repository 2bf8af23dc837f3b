import { type Seat, type SeatKey, seatKeyText } from "#protocol/call";
import type { DeviceId, PersonId, RoomId } from "#protocol/ids";
import { fromBase64, P256, toBase64 } from "../../platform/device-key.ts";
import type { DeviceKey, Vault } from "../../platform/ports.ts";

const ECDH = { name: "ECDH", namedCurve: "P-256" } as const;
const SHA256 = { name: "ECDSA", hash: "SHA-256" } as const;

/** A seat's key with its private half, which cannot be read and is gone with the page. */
export interface OwnSeatKey {
  key: SeatKey;
  secret: CryptoKey;
}

/** Made anew for each joining, and signed by the device. */
export async function makeSeatKey(
  device: DeviceKey,
  at: { room: RoomId; person: PersonId; device: DeviceId },
): Promise<OwnSeatKey> {
  const pair = (await crypto.subtle.generateKey(ECDH, false, ["deriveBits"])) as CryptoKeyPair;
  const agree = toBase64(await crypto.subtle.exportKey("spki", pair.publicKey));
  const proof = await device.sign(seatKeyText(at.room, at.person, at.device, agree));
  return { key: { spki: device.spki, agree, proof }, secret: pair.privateKey };
}

/** The public half to agree with; null where the device did not sign it or anything is malformed. */
export async function checkSeatKey(
  room: RoomId,
  { person, device, key }: Pick<Seat, "person" | "device" | "key">,
): Promise<CryptoKey | null> {
  if (!key) return null;
  try {
    const signer = await crypto.subtle.importKey("spki", fromBase64(key.spki), P256, false, ["verify"]);
    const text = new TextEncoder().encode(seatKeyText(room, person, device, key.agree));
    if (!(await crypto.subtle.verify(SHA256, signer, fromBase64(key.proof), text))) return null;
    return await crypto.subtle.importKey("spki", fromBase64(key.agree), ECDH, false, []);
  } catch {
    return null;
  }
}

/**
 * Which key each device was first seen with, kept on this device. Nodes say whose key is whose; this one remembers, so
 * that a key that is exchanged later is noticed. The first sight is trusted: comparing the security code tests it.
 */
export class DevicePins {
  constructor(private readonly vault: Pick<Vault, "get" | "write">) {}

  /** False where the device had another key before. */
  async holds(person: PersonId, device: DeviceId, spki: string): Promise<boolean> {
    const key = `device key ${person} ${device}`;
    const pinned = await this.vault.get("meta", key);
    if (pinned !== undefined) return pinned === spki;
    await this.vault.write([{ table: "meta", key, value: spki }]);
    return true;
  }
}
