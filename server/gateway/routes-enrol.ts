import { Elysia } from "elysia";
import type { Door } from "#protocol/enrol";
import { AppError } from "../domain/error.ts";
import { Buckets, RATES } from "./limits.ts";
import type { Services } from "./ports.ts";
import { guard, type Posting } from "./posting.ts";
import { WhenceBuckets } from "./whence.ts";

/** How long a device that came by a link is kept waiting for one answer, in milliseconds. */
const LINK_WAIT_MS = 25_000;

/** Coming in by an older device and by applying, and what the door offers to somebody outside. */
export function routesEnrol(services: Services, { answer, refuse, post }: Posting, guesses: WhenceBuckets) {
  const { door: houseDoor, ways, proofs, store, now, log } = services;
  const applying = new WhenceBuckets(RATES.apply, now);
  const allApplying = new Buckets(RATES.applyAll, now, 1);

  const open = () => {
    if (!houseDoor) throw new AppError("elsewhere", "This node does not do that.");
    return houseDoor;
  };

  const door = (): Door => ({
    province: store.province,
    ...(ways?.door() ?? { passkey: false, pin: false, oidc: null }),
    apply: houseDoor?.applications.open ?? false,
  });

  return new Elysia()
    .get("/v1/door", ({ request }) => {
      try {
        return answer(request, door());
      } catch (error) {
        return refuse(request, error);
      }
    })
    .post(
      "/v1/link",
      ({ request, body }) =>
        post(request, body, ["code", "key", "label"], async ({ code, key, label }, address) => {
          const { links } = open();
          if (!(await proofs.isDeviceKey(key))) throw new AppError("fix", "The device's key is malformed.");
          guard(guesses.take(address));
          const ticket = links.come(code, { key, label, address });
          guesses.giveBack(address);
          return { ticket };
        }),
      { parse: "json" },
    )
    .post(
      "/v1/link/in",
      ({ request, body }) =>
        post(request, body, ["ticket"], async ({ ticket }) => {
          const enrolled = await open().links.outcome(ticket, LINK_WAIT_MS);
          if (enrolled) log("info", "device.linked", { device: enrolled.device });
          return enrolled ?? { waiting: true };
        }),
      { parse: "json" },
    )
    .post(
      "/v1/apply",
      ({ request, body }) =>
        post(request, body, ["name", "contact"], async ({ name, contact }, address) => {
          const { applications } = open();
          guard(applying.take(address));
          guard(allApplying.take(""));
          applications.apply(name, contact);
          return {};
        }),
      { parse: "json" },
    );
}
