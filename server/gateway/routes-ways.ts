import { Elysia } from "elysia";
import type { Enrolled } from "#protocol/enrol";
import { AppError } from "../domain/error.ts";
import type { Services, WaysDoor } from "./ports.ts";
import { guard, type Posting, rightlyGuessed } from "./posting.ts";
import type { WhenceBuckets } from "./whence.ts";

/** A passkey's answer as JSON: an RS256 signature and long ids included. */
const MAX_RESPONSE = 8 * 1024;
const COMER = ["key", "label"] as const;

/** Coming in by passkey, by PIN and authenticator, by recovery code, and by the ministry's account. */
export function waysRoutes(
  { ways, proofs, log }: Services,
  { answer, refuse, post }: Posting,
  guesses: WhenceBuckets,
  addressOf: (request: Request) => string,
) {
  const offered = (): WaysDoor => {
    if (!ways) throw new AppError("fix", "This node offers no such way.");
    return ways;
  };

  /** Spends a guess unless the secret was right. A malformed key costs neither a guess nor a code. */
  const comeIn = async (key: string, address: string, work: () => Promise<Enrolled>): Promise<Enrolled> => {
    if (!(await proofs.isDeviceKey(key))) throw new AppError("fix", "The device's key is malformed.");
    guard(guesses.take(address));
    const enrolled = await rightlyGuessed(work(), () => guesses.giveBack(address));
    log("info", "device.enrolled", { device: enrolled.device });
    return enrolled;
  };

  /** Always the same place of the own page; code and state stay behind, and no referrer tells of them. */
  const back = async (request: Request): Promise<Response> => {
    try {
      const address = addressOf(request);
      guard(guesses.take(address));
      const session = await offered().oidcBack(new URL(request.url).search, address);
      if (session) guesses.giveBack(address);
      const headers = { Location: `/#/oidc/${session ?? "lost"}`, "Referrer-Policy": "no-referrer" };
      return answer(request, undefined, 302, headers);
    } catch (error) {
      return refuse(request, error);
    }
  };

  return new Elysia()
    .post("/v1/passkey", ({ request, body }) => post(request, body, [], () => offered().passkey()), { parse: "json" })
    .post(
      "/v1/passkey/in",
      ({ request, body }) =>
        post(
          request,
          body,
          ["session", "response", ...COMER],
          ({ key, label, ...given }, address) =>
            comeIn(key, address, () => offered().passkeyIn(given, { key, label }, address)),
          MAX_RESPONSE,
        ),
      { parse: "json" },
    )
    .post(
      "/v1/pin/in",
      ({ request, body }) =>
        post(request, body, ["name", "pin", "totp", ...COMER], ({ key, label, ...given }, address) =>
          comeIn(key, address, () => offered().pinIn(given, { key, label }, address)),
        ),
      { parse: "json" },
    )
    .post(
      "/v1/recovery/in",
      ({ request, body }) =>
        post(request, body, ["name", "code", ...COMER], ({ key, label, ...given }, address) =>
          comeIn(key, address, () => offered().recoveryIn(given, { key, label }, address)),
        ),
      { parse: "json" },
    )
    .post(
      "/v1/oidc",
      ({ request, body }) =>
        post(request, body, ["keep"], ({ keep }) => offered().oidc(keep, request.headers.get("origin"))),
      { parse: "json" },
    )
    .get("/v1/oidc/back", ({ request }) => back(request))
    .post(
      "/v1/oidc/in",
      ({ request, body }) =>
        post(request, body, ["session", "keep", ...COMER], ({ key, label, ...given }, address) =>
          comeIn(key, address, () => offered().oidcIn(given, { key, label }, address)),
        ),
      { parse: "json" },
    );
}
