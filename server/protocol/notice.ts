import type { DeviceId, PersonId } from "./ids.ts";

/**
 * What happened to somebody's own access, told to their sessions: whoever did not do it themself can stop it. Clients pass
 * over kinds that they do not know.
 */
export type Notice =
  /** another device of theirs came in. `how`: invitation, link, passkey, pin, recovery, oidc */
  | { kind: "device"; device: DeviceId; label: string; how: string; at: number }
  /**
   * an invitation was made although they are inside: a new device may come in with it from `from` on. `by` null: the
   * operator. `invitation-stop` cancels it, `invitation-allow` makes it good at once
   */
  | { kind: "invitation"; invitation: string; by: PersonId | null; from: number; at: number }
  /** that invitation is used, cancelled, or allowed */
  | { kind: "invitation-over"; invitation: string };
