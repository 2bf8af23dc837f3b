import type { DeviceId, PersonId, Province } from "./ids.ts";

/**
 * Ways of coming in with a new device, over HTTP (POST, JSON). Each takes the device's new public key (`key`: P-256,
 * SPKI, base64) and its `label`, and answers `Enrolled`. Whatever is wrong with name or secret is refused in the same
 * bytes and after the same time.
 *
 * | route | body |
 * |---|---|
 * | `GET /v1/door` | answers `Door` |
 * | `/v1/enrol` | `{code, key, label}`: an invitation |
 * | `/v1/passkey` | `{}` → `{session, options}`: options for `navigator.credentials.get` |
 * | `/v1/passkey/in` | `{session, response, key, label}`; `response` is the credential as JSON, in a text |
 * | `/v1/pin/in` | `{name, pin, totp, key, label}`; `name`: personal number, e-mail or mobile |
 * | `/v1/recovery/in` | `{name, code, key, label}`; `Enrolled` says how many codes are left |
 * | `/v1/oidc` | `{keep}` → `{url}`: go there; it comes back to `/#/oidc/SESSION`. `keep`: 32 to 128 random letters that this browser keeps (sessionStorage) |
 * | `/v1/oidc/in` | `{session, keep, key, label}`: the session that came back, and the same `keep`: both ends were this browser |
 * | `/v1/link` | `{code, key, label}` → `{ticket}`: an older device shows the code and must let this one in |
 * | `/v1/link/in` | `{ticket}` → `Enrolled`, or `{waiting: true}` after 25 s |
 * | `/v1/apply` | `{name, contact}`: asks for an invitation while the public wave is open; always the same answer |
 */
export interface Enrolled {
  person: PersonId;
  device: DeviceId;
  province: Province;
  /** came in by a recovery code: how many are left */
  recovery?: number;
}

/** What the door of a node offers to somebody who is not inside. */
export interface Door {
  province: Province;
  passkey: boolean;
  pin: boolean;
  /** name of the account that it takes; null: none */
  oidc: string | null;
  /** the public may apply */
  apply: boolean;
}
