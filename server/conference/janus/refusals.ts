import { AppError } from "../../domain/error.ts";
import { Refused } from "./line.ts";

// All that a gateway refuses, in words for the person in the call; what the media server itself said is the cause, for the log.

export const away = (cause?: unknown) =>
  new AppError("wait", "The media gateway is away. The call comes back by itself.", { retryAfter: 1000, cause });

export const badDescription = (cause?: unknown) =>
  new AppError("fix", "This browser's description of its media cannot be used.", { cause });

export const stale = () => new AppError("conflict", "This seat's media has begun anew since.");

export const over = () => new AppError("conflict", "This seat's media is over here.");

export const unknownStream = () => new AppError("fix", "This seat does not send that.");

/** A feed appears once its media has arrived: asked too early, or it has just gone. */
export const unknownFeed = () => new AppError("wait", "That picture or sound is not there yet.", { retryAfter: 500 });

/** Codes of the core and of the room plugin that say: this description is none, or none that fits. */
const BAD_DESCRIPTION = [431, 437, 464, 465];

/** What a person may be told of a failure of the media server. */
export function told(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return error instanceof Refused && BAD_DESCRIPTION.includes(error.code) ? badDescription(error) : away(error);
}
