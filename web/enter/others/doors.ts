// The ways of coming in with a new device but for the code; each rejects with a Refusal.
import type { Enrolled } from "#protocol/enrol";
import { toHex } from "#protocol/ids";
import { linkCheck } from "#protocol/self";
import { NodeApi } from "../../net/api.ts";
import type { Refusal } from "../../net/refusal.ts";
import { browser, type Newcomer, never, pause, post, type Stay } from "../door.ts";
import { provePasskey } from "./passkey.ts";

/** for what a node answers only when another device has spoken, at most 25 s later */
const patient = new NodeApi(browser, 40_000);

export async function byPasskey({ node, ...device }: Newcomer, stay: Stay): Promise<Enrolled> {
  const { session, options } = await post<{ session: string; options: unknown }>(node, "/v1/passkey", {}, stay);
  const response = JSON.stringify(await provePasskey(options));
  return post(node, "/v1/passkey/in", { session, response, ...device }, stay);
}

export const byPin = ({ node, ...device }: Newcomer, name: string, pin: string, totp: string, stay: Stay) =>
  post<Enrolled>(node, "/v1/pin/in", { name, pin, totp, ...device }, stay);

export const byRecovery = ({ node, ...device }: Newcomer, name: string, code: string, stay: Stay) =>
  post<Enrolled>(node, "/v1/recovery/in", { name, code, ...device }, stay);

const KEEP = "beep.oidc";

/**
 * Where the ministry's account is asked for; from there the browser comes back to `#/oidc/SESSION`. What it keeps
 * meanwhile proves that it is the same one: nobody is let in on another's account.
 */
export async function goOidc(stay: Stay): Promise<string> {
  const keep = toHex(crypto.getRandomValues(new Uint8Array(32)));
  sessionStorage.setItem(KEEP, keep);
  return (await post<{ url: string }>(location.origin, "/v1/oidc", { keep }, stay)).url;
}

export const byOidc = ({ node, ...device }: Newcomer, session: string, stay: Stay) =>
  post<Enrolled>(node, "/v1/oidc/in", { session, keep: sessionStorage.getItem(KEEP) ?? "", ...device }, stay);

/** Case, dashes and spaces do not matter when a code is typed; both devices sign and check its letters. */
const lettersOf = (typed: string): string => typed.toUpperCase().replace(/[^0-9A-Z]/g, "");

/** Asks an older device. @param shown the six digits that both show, as soon as they are known */
export async function byLink(
  { node, ...device }: Newcomer,
  typed: string,
  shown: (digits: string) => void,
  stay: Stay,
): Promise<Enrolled> {
  const code = lettersOf(typed);
  const { ticket } = await post<{ ticket: string }>(node, "/v1/link", { code, ...device }, stay);
  shown(await linkCheck(code, device.key));
  for (;;) {
    if (stay.gone()) return never();
    const answer = await patient
      .ask<Enrolled | { waiting: true }>(node, "/v1/link/in", { ticket })
      .catch(async (error) => {
        // The line may drop while one waits: the ticket holds.
        if ((error as Refusal).code !== "offline") throw error;
        await pause(1000);
        return { waiting: true as const };
      });
    if (!("waiting" in answer)) return answer;
  }
}

/** Asks for an invitation. Settles alike whoever asks. */
export const apply = (name: string, contact: string, stay: Stay) =>
  post<unknown>(location.origin, "/v1/apply", { name, contact }, stay);
