import type { ErrorCode, WireError } from "#protocol/error";

/** A request that came to nothing, by what to do about it. `offline`: no node answered. The message is for the person. */
export class Refusal extends Error {
  constructor(
    readonly code: ErrorCode | "offline",
    message: string,
    readonly retryAfter = 0,
    /** the rest of what the node said */
    readonly said: Partial<WireError> = {},
  ) {
    super(message);
  }
  static from(error: Partial<WireError> | undefined): Refusal {
    return new Refusal(
      error?.code || "internal",
      error?.message || "The node did not answer as it should. Try again in a minute.",
      error?.retryAfter,
      error,
    );
  }
}

export const notMember = (): Refusal => new Refusal("forbidden", "You are not a member of this conversation.");

export const away = (): Refusal => new Refusal("elsewhere", "Do this when your own province is reached.");

export const offline = (): Refusal =>
  new Refusal("offline", "No node can be reached. Check the connection and try again.");
