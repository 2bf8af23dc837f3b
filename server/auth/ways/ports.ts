import type { Enrolled } from "#protocol/enrol";
import type { DeviceId, PersonId } from "#protocol/ids";
import type { Store, Tx } from "../../domain/ports.ts";

/** A signed-in person on a device. */
export interface Actor {
  person: PersonId;
  device: DeviceId;
  /** the client's network address */
  address: string;
}

/** The new device that somebody comes in with. */
export interface Comer {
  /** P-256 public key, SPKI, base64; checked by the caller */
  key: string;
  label: string;
}

/** The one way in for a device, whoever vouched for it. @throws AppError forbidden (no wave is open), conflict (too many devices) */
export interface Admission {
  admit(tx: Tx, person: PersonId, device: Comer, how: string, address: string): Enrolled;
}

export type WaysStore = Pick<Store, "province" | "person" | "tables" | "write">;

/** How somebody came in, as the audit log has it. */
export type Way = "passkey" | "pin" | "recovery" | "oidc";
