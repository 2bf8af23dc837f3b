import type { ErrorCode } from "#protocol/error";
import { AppError, wireError } from "../domain/error.ts";
import { RATES, scaled } from "./limits.ts";
import type { Origins } from "./origins.ts";
import type { Services } from "./ports.ts";
import { WhenceBuckets } from "./whence.ts";

/** Each error code has one HTTP status. */
const STATUS: Record<ErrorCode, number> = {
  fix: 400,
  "sign-in": 401,
  forbidden: 403,
  conflict: 409,
  elsewhere: 421,
  wait: 429,
  update: 426,
  internal: 500,
};

export interface PostingOptions {
  services: Pick<Services, "now" | "log" | "errorFields" | "meter">;
  origins: Origins;
  rateFactor: number;
  security: Record<string, string>;
  /** the client's address, for rate limits */
  addressOf: (request: Request) => string;
}

type Post<T extends string> = [
  request: Request,
  body: unknown,
  fields: readonly T[],
  work: (values: Record<T, string>, address: string) => Promise<unknown>,
  /** letters of the longest field */
  most?: number,
];

/** How every route answers and refuses, and what every POST route is held to. */
export type Posting = ReturnType<typeof posting>;

export function posting({ services, origins, rateFactor, security, addressOf }: PostingOptions) {
  const { now, log, errorFields, meter } = services;
  const hosts = new WhenceBuckets(scaled(RATES.address, rateFactor), now);

  const answer = (request: Request, value: unknown, status = 200, extra: Record<string, string> = {}): Response =>
    new Response(value === undefined ? null : JSON.stringify(value), {
      status,
      headers: {
        ...security,
        ...origins.cors(request.headers.get("origin")),
        ...(value !== undefined && { "Content-Type": "application/json" }),
        "Cache-Control": "no-store",
        ...extra,
      },
    });

  const refuse = (request: Request, error: unknown, status?: number): Response => {
    const wire = wireError(error);
    if (wire.code === "internal") {
      meter.count("beep_http_failed_total");
      log("error", "http.failed", { route: new URL(request.url).pathname, ...errorFields(error) });
    }
    meter.count("beep_http_refused_total");
    const extra: Record<string, string> = wire.retryAfter
      ? { "Retry-After": String(Math.ceil(wire.retryAfter / 1000)) }
      : {};
    return answer(request, { error: wire }, status ?? STATUS[wire.code], extra);
  };

  /** Runs a POST route: origin, rate of the host, fields, then the work. */
  const post = <T extends string>(...[request, body, fields, work, most]: Post<T>): Promise<Response> =>
    run(request, body, fields, work, most, (address) => guard(hosts.take(address)));

  /** As `post`, for a route that has a bound of its own. */
  const postUncounted = <T extends string>(...[request, body, fields, work, most]: Post<T>): Promise<Response> =>
    run(request, body, fields, work, most, () => {});

  const run = async <T extends string>(
    request: Request,
    body: unknown,
    fields: readonly T[],
    work: (values: Record<T, string>, address: string) => Promise<unknown>,
    most = MAX_FIELD,
    count: (address: string) => void,
  ): Promise<Response> => {
    meter.count("beep_http_posts_total");
    try {
      if (!origins.admits(request.headers.get("origin")))
        throw new AppError("forbidden", "This page may not speak with the node.");
      const address = addressOf(request);
      count(address);
      return answer(request, await work(readFields(body, fields, most), address));
    } catch (error) {
      return refuse(request, error);
    }
  };

  return { answer, refuse, post, postUncounted };
}

/** @throws AppError wait, where there is anything to wait for */
export function guard(waitMs: number): void {
  if (waitMs > 0) throw new AppError("wait", "Too many attempts. Wait a little and try again.", { retryAfter: waitMs });
}

/** Calls back where the secret was right, though its person may not come in now (`opens`, `conflict`). */
export async function rightlyGuessed<T>(work: Promise<T>, giveBack: () => void): Promise<T> {
  try {
    const made = await work;
    giveBack();
    return made;
  } catch (error) {
    if (error instanceof AppError && (error.options.opens !== undefined || error.code === "conflict")) giveBack();
    throw error;
  }
}

const MAX_FIELD = 512;

function readFields<T extends string>(body: unknown, fields: readonly T[], most: number): Record<T, string> {
  const values = {} as Record<T, string>;
  for (const field of fields) {
    const value = (body as Record<string, unknown> | null)?.[field];
    if (typeof value !== "string" || value.length > most)
      throw new AppError("fix", `The request needs "${field}", a text.`);
    values[field] = value;
  }
  return values;
}
