import { Elysia } from "elysia";
import { AppError } from "../domain/error.ts";
import type { Crowd } from "./crowd.ts";
import { Buckets, RATES, scaled } from "./limits.ts";
import type { Services } from "./ports.ts";
import { guard, posting, type PostingOptions, rightlyGuessed } from "./posting.ts";
import { waysRoutes } from "./routes-ways.ts";
import { routesEnrol } from "./routes-enrol.ts";
import type { StaticFiles } from "./static.ts";
import { whence, WhenceBuckets } from "./whence.ts";

export interface RoutesOptions extends PostingOptions {
  services: Services;
  files: StaticFiles;
  /** the queue before the door */
  crowd: Pick<Crowd, "pass">;
  ticketV1: boolean;
}

/** The HTTP side: sign-in, the fleet's nodes, and the web client. */
export function routes(options: RoutesOptions) {
  const { services, crowd, files, rateFactor, origins, ticketV1 } = options;
  const { proofs, enrolment, now, log, meter } = services;
  const ways = posting(options);
  const { answer, refuse, post, postUncounted } = ways;
  const devices = new Buckets(scaled(RATES.device, rateFactor), now);
  const guesses = new WhenceBuckets(RATES.guess, now);

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
          const made = await rightlyGuessed(enrolment.enrol(code, key, label, address), () =>
            guesses.giveBack(address),
          );
          log("info", "device.enrolled", { device: made.device });
          return made;
        }),
      { parse: "json" },
    )
    .post(
      "/v1/challenge",
      ({ request, body }) =>
        // The queue bounds it, by network too, and gives a place where a limit would send away an office behind one address.
        postUncounted(request, body, ["device"], async ({ device }, address) => {
          const [turn, proof] = [textOf(body, "turn"), textOf(body, "proof")];
          await crowd.pass({ device, address, turn, proof });
          return { nonce: proofs.challenge(device) };
        }),
      { parse: "json" },
    )
    .post(
      "/v1/ticket",
      ({ request, body }) =>
        // A nonce that holds came through the queue.
        postUncounted(request, body, ["device", "nonce", "signature"], async (proof, address) => {
          guard(devices.take(`${whence(address).host} ${proof.device}`));
          const origin = originOf(body);
          if (origin === undefined && !ticketV1) throw new AppError("update", "Load this page again.");
          if (origin !== undefined && !origins.isOwn(origin))
            throw new AppError("fix", "This node does not go by the address that was dialled.");
          const from = performance.now();
          const ticket = await proofs.ticket({ ...proof, ...(origin !== undefined && { origin }) });
          meter.observe("beep_sign_in_seconds", (performance.now() - from) / 1000);
          return { ticket };
        }),
      { parse: "json" },
    )
    .use(routesEnrol(services, ways, guesses))
    .use(waysRoutes(services, ways, guesses, options.addressOf))
    .get("/v1/nodes", ({ request }) => answer(request, services.nodes()))
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

/** The origin that the client dialled, and signed; what is no text is no node's. Absent in a proof of the first version. */
function originOf(body: unknown): string | undefined {
  const { origin } = (body ?? {}) as { origin?: unknown };
  return origin === undefined || typeof origin === "string" ? origin : "";
}

/** What somebody brings who was asked to come back; what is no text is none. */
function textOf(body: unknown, field: "turn" | "proof"): string | undefined {
  const value = ((body ?? {}) as Record<string, unknown>)[field];
  return typeof value === "string" && value.length <= 100 ? value : undefined;
}
