import type { DeviceId } from "./ids.ts";

/** The text that a device signs to be called before those who prove nothing: `turn` is what the node gave it (R153). */
export const queueText = (turn: string, device: DeviceId): string => `beep queue v1\n${turn}\n${device}`;
