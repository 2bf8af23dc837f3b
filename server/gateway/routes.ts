import { Elysia } from "elysia";
import type { ErrorCode } from "#protocol/error";
import { AppError, wireError } from "../domain/error.ts";
import { Buckets, RATES, scaled } from "./limits.ts";
import type { Origins } from "./origins.ts";
import type { Services } from "./ports.ts";
import type { StaticFiles } from "./static.ts";

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

export interface RoutesOptions {
  services: Services;
  origins: Origins;
  files: StaticFiles;
  /** what GET /v1/nodes answers */
  nodes: unknown;
  rateFactor: number;
  security: Record<string, string>;
  /** the client's address, for rate limits */
  addressOf: (request: Request) => string;
}

/** The HTTP side: sign-in, the fleet's nodes, and the web client. */
export function routes({ services, origins, files, nodes, rateFactor, security, addressOf }: RoutesOptions) {
  const { proofs, enrolment, store, now, log, errorFields, meter } = services;
  const addresses = new Buckets(scaled(RATES.address, rateFactor), now);
  const devices = new Buckets(scaled(RATES.device, rateFactor), now);
  const guesses = new Buckets(RATES.guess, now);
  const allGuesses = new Buckets(RATES.guessAll, now, 1);

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
    if (wire.code === "internal")
      log("error", "http.failed", { route: new URL(request.url).pathname, ...errorFields(error) });
    meter.count("beep_http_refused_total");
    const extra: Record<string, string> = wire.retryAfter
      ? { "Retry-After": String(Math.ceil(wire.retryAfter / 1000)) }
      : {};
    return answer(request, { error: wire }, status ?? STATUS[wire.code], extra);
  };

  /** Runs a POST route: origin, rate of the address, fields, then the work. */
  const post = async <T extends string>(
    request: Request,
    body: unknown,
    fields: readonly T[],
    work: (values: Record<T, string>, address: string) => Promise<unknown>,
  ): Promise<Response> => {
    try {
      if (!origins.admits(request.headers.get("origin")))
        throw new AppError("forbidden", "This page may not speak with the node.");
      const address = addressOf(request);
      guard(addresses.take(address));
      return answer(request, await work(readFields(body, fields), address));
    } catch (error) {
      return refuse(request, error);
    }
  };

  return new Elysia()
    .onError(({ code, error, request }) =>
      refuse(request, code === "PARSE" ? new AppError("fix", "The request is not valid JSON.") : error),
    )
    .post(
      "/v1/enrol",
      ({ request, body }) =>
        post(request, body, ["code", "key", "label"], async ({ code, key, label }, address) => {
          // A malformed key must not cost the person their code.
          if (!(await proofs.isDeviceKey(key))) throw new AppError("fix", "The device's key is malformed.");
          guard(guesses.take(address));
          guard(allGuesses.take(""));
          const made = await enrolment.enrol(code, key, label);
          guesses.giveBack(address);
          allGuesses.giveBack("");
          log("info", "device.enrolled", { device: made.device });
          return { ...made, province: store.province };
        }),
      { parse: "json" },
    )
    .post(
      "/v1/challenge",
      ({ request, body }) =>
        post(request, body, ["device"], async ({ device }) => ({ nonce: proofs.challenge(device) })),
      { parse: "json" },
    )
    .post(
      "/v1/ticket",
      ({ request, body }) =>
        post(request, body, ["device", "nonce", "signature"], async (proof, address) => {
          guard(devices.take(`${address} ${proof.device}`));
          return { ticket: await proofs.ticket(proof) };
        }),
      { parse: "json" },
    )
    .get("/v1/nodes", ({ request }) => answer(request, nodes))
    .get("/v1/ping", ({ request }) => answer(request, undefined, 204))
    .options("/v1/*", ({ request }) =>
      answer(request, undefined, 204, {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "content-type",
        "Access-Control-Max-Age": "3600",
      }),
    )
    .get("/*", ({ request }) => files.answer(new URL(request.url).pathname, request.headers, false))
    .head("/*", ({ request }) => files.answer(new URL(request.url).pathname, request.headers, true))
    .all("/*", ({ request }) => refuse(request, new AppError("fix", "There is no such route."), 404));
}

function guard(waitMs: number): void {
  if (waitMs > 0) throw new AppError("wait", "Too many attempts. Wait a little and try again.", { retryAfter: waitMs });
}

const MAX_FIELD = 512;

function readFields<T extends string>(body: unknown, fields: readonly T[]): Record<T, string> {
  const values = {} as Record<T, string>;
  for (const field of fields) {
    const value = (body as Record<string, unknown> | null)?.[field];
    if (typeof value !== "string" || value.length > MAX_FIELD)
      throw new AppError("fix", `The request needs "${field}", a text.`);
    values[field] = value;
  }
  return values;
}
