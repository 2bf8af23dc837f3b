import type { Door, Enrolled } from "#protocol/enrol";
import { toHex } from "#protocol/ids";
import { linkCheck } from "#protocol/self";
import { NodeApi } from "../net/api.ts";
import type { Refusal } from "../net/refusal.ts";
import { provePasskey } from "./passkey.ts";

const browser = { fetch: (url: string, init: RequestInit) => fetch(url, init), now: Date.now };
const api = new NodeApi(browser);
/** for what a node answers only when another device has spoken, at most 25 s later */
const patient = new NodeApi(browser, 40_000);

/** A place in the queue before a crowded node, and when it is asked again, milliseconds since 1970. */
export interface Crowd {
  place: number;
  until: number;
}

/** Who waits for the answer: is told of the queue, and may have gone. */
export interface Stay {
  crowd(now: Crowd | null): void;
  gone(): boolean;
}

/** A new device, as `AppModel.enter` gives it. */
export interface Newcomer {
  node: string;
  key: string;
  label: string;
}

export const readDoor = (): Promise<Door> => api.ask<Door>(location.origin, "/v1/door");

const never = (): Promise<never> => new Promise(() => {});
const pause = (ms: number) => new Promise((done) => setTimeout(done, Math.max(ms, 500)));

/** Posts, and where the node is crowded, stands in its queue until it is let in. Of who has gone nothing more is heard. */
async function post<T>(node: string, path: string, body: object, stay: Stay): Promise<T> {
  for (let turn: string | undefined; ; ) {
    if (stay.gone()) return never();
    try {
      const answer = await api.ask<T>(node, path, { ...body, ...(turn && { turn }) });
      stay.crowd(null);
      return answer;
    } catch (error) {
      const { retryAfter, said = {} } = error as Refusal;
      if (said.place === undefined) throw error;
      turn = said.turn ?? turn;
      stay.crowd({ place: said.place, until: Date.now() + retryAfter });
      await pause(retryAfter);
    }
  }
}

/** The ways of coming in with a new device; each rejects with a Refusal. */
export const byCode = ({ node, ...device }: Newcomer, code: string, stay: Stay) =>
  post<Enrolled>(node, "/v1/enrol", { code, ...device }, stay);

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
