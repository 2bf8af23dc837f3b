import type { DeviceId } from "./ids.ts";

/**
 * The text that a device signs to get a ticket (SPEC.md, "Sign-in"). The origin is the one that the client dialled:
 * a node that passes the signature on to another node gets nothing for it.
 */
export const signInText = (nonce: string, device: DeviceId, origin: string): string =>
  `beep ticket v2\n${nonce}\n${device}\n${origin}`;

/** What clients signed before 0.4: it is good at any node. */
export const signInTextV1 = (nonce: string, device: DeviceId): string => `beep ticket v1\n${nonce}\n${device}`;
