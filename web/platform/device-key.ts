import type { DeviceKey } from "./ports.ts";

export const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const SHA256 = { name: "ECDSA", hash: "SHA-256" } as const;

export const toBase64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
};

export async function makeKeyPair(extractable: boolean): Promise<CryptoKeyPair> {
  // Browsers have no cryptography for pages that came over plain HTTP from another machine.
  if (!crypto.subtle) throw new Error("Signing in needs a secure address. Open Beep by its https:// address.");
  return (await crypto.subtle.generateKey(P256, extractable, ["sign", "verify"])) as CryptoKeyPair;
}

export async function deviceKey(pair: { publicKey: CryptoKey; privateKey: CryptoKey }): Promise<DeviceKey> {
  return {
    spki: toBase64(await crypto.subtle.exportKey("spki", pair.publicKey)),
    sign: async (text) => toBase64(await crypto.subtle.sign(SHA256, pair.privateKey, new TextEncoder().encode(text))),
  };
}
