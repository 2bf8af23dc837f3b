import type { DeviceId } from "./ids.ts";

/** The text that a device signs to get a ticket (SPEC.md, "Sign-in"). */
export const signInText = (nonce: string, device: DeviceId): string => `beep ticket v1\n${nonce}\n${device}`;
