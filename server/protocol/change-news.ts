import type { DeviceId } from "./ids.ts";

/** Something that changed who can come in as the person, from the home's audit log. */
export interface Change {
  /** number of the entry */
  n: number;
  /** milliseconds since 1970 */
  at: number;
  what: "passkey" | "pin" | "recovery" | "device";
  did: "made" | "changed" | "forgotten" | "came" | "revoked";
  /** the device on which it was done; where a device came in, that one */
  device: DeviceId;
  label: string;
}
