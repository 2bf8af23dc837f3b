import type { DeviceId, PersonId } from "./ids.ts";

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

/**
 * What happened to somebody's own access, told to their sessions: whoever did not do it themself can stop it. Clients pass
 * over kinds that they do not know.
 */
export type Notice =
  /** who can come in as them has changed: the newest changes, newest first */
  | { kind: "changes"; changes: Change[] }
  /**
   * an invitation was made although they are inside: a new device may come in with it from `from` on. `by` null: the
   * operator. `invitation-stop` cancels it, `invitation-allow` makes it good at once
   */
  | { kind: "invitation"; invitation: string; by: PersonId | null; from: number; at: number }
  /** that invitation is used, cancelled, or allowed */
  | { kind: "invitation-over"; invitation: string };
