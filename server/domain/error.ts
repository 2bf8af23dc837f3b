import type { ErrorCode, WireError } from "#protocol/error";

/** The one error that crosses a boundary; its message is for a person and tells what to do. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly options: {
      cause?: unknown;
      retryAfter?: number;
      opens?: number | null;
      place?: number;
      turn?: string;
      prove?: true;
      limit?: "rooms" | "members";
    } = {},
  ) {
    super(message, { cause: options.cause });
  }
}

/** What may leave the node: an unknown error becomes `internal`, its details stay in the log. */
export const wireError = (error: unknown): WireError =>
  error instanceof AppError
    ? {
        code: error.code,
        message: error.message,
        ...(error.options.retryAfter ? { retryAfter: error.options.retryAfter } : {}),
        ...(error.options.place === undefined ? {} : { place: error.options.place }),
        ...(error.options.turn === undefined ? {} : { turn: error.options.turn }),
        ...(error.options.limit ? { limit: error.options.limit } : {}),
        ...(error.options.prove ? { prove: true } : {}),
        ...(error.options.opens === undefined ? {} : { opens: error.options.opens }),
      }
    : { code: "internal", message: "Something went wrong on the node. Your message is kept; try again in a minute." };
