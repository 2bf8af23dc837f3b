/** Errors by what the client must do about them; the words are for a person, never a stack trace. */
export const ERROR_CODES = [
  "fix", // the request is malformed or against a rule: do not send it again as it is
  "sign-in", // the session is over: prove the device again
  "forbidden", // not a member, not allowed, or not there: the three are not told apart
  "conflict", // the room changed under the request: read it again, then decide
  "elsewhere", // this node does not hold the room: keep it and go to a node that does
  "wait", // full, busy or draining: keep it and try again after `retryAfter` ms
  "update", // this client is too old to speak with the node: reload
  "internal", // our fault: details are in the node's log alone
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface WireError {
  code: ErrorCode;
  message: string;
  /** milliseconds */
  retryAfter?: number;
  /** in a queue before the door: how many come first, and what keeps the place when it is sent again */
  place?: number;
  turn?: string;
  /** a proof brings the place forward: the device's signature over `queueText`, sent with the turn */
  prove?: true;
  /** of what one may do today there is no more: begin conversations, or add people to them */
  limit?: "rooms" | "members";
  /** outside the wave that is open: when one's own opens, milliseconds since 1970; null while no date is set */
  opens?: number | null;
}
