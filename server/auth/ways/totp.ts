import { Secret, TOTP } from "otpauth";

/** RFC 6238 with SHA-1, 30 s and six digits: what every authenticator app takes, and many take nothing else. */
const KIND = { algorithm: "SHA1", digits: 6, period: 30 } as const;
const SECRET_BYTES = 20;

export const newTotpSecret = (): Uint8Array => new Secret({ size: SECRET_BYTES }).bytes;

const totp = (bytes: Uint8Array, label: string): TOTP =>
  new TOTP({ ...KIND, issuer: "Beep", label, secret: new Secret({ buffer: Uint8Array.from(bytes).buffer }) });

/** otpauth URI for the authenticator's QR, and the secret in letters (base32) to type. */
export function totpCard(bytes: Uint8Array, label: string): { uri: string; secret: string } {
  const made = totp(bytes, label);
  return { uri: made.toString(), secret: made.secret.base32 };
}

/**
 * The time step of a code, for a clock that is up to one step off; null where it is none.
 * @param now milliseconds since 1970
 */
export function totpStep(bytes: Uint8Array, code: string, now: number): number | null {
  const token = /^\d{6}$/.test(code) ? code : "------";
  const delta = totp(bytes, "").validate({ token, timestamp: now, window: 1 });
  return delta === null ? null : Math.floor(now / 1000 / KIND.period) + delta;
}
