/** The protocol this build speaks. A node accepts MIN_VERSION and up; older clients are told to update. */
export const VERSION = 1;
export const MIN_VERSION = 1;
export const CAPABILITIES = ["clear.v1", "call.v1", "rooms.v1"] as const;
