import { type Messenger, Undelivered } from "../domain/enrolment/messenger.ts";
import type { SmsSettings } from "../messenger-settings.ts";
import { shortMessage } from "./words.ts";

const PATIENCE_MS = 15_000;

/** With these the gateway says that the message itself is wrong: it would say so again. */
const FOR_GOOD = [400, 413, 422];

/** Sends invitations as short messages through a gateway that takes an HTTP POST. Any 2xx means that it was taken. */
export function smsMessenger({ url, headers, form, fields }: SmsSettings, patienceMs = PATIENCE_MS): Messenger {
  return {
    async send({ mobile = "" }, invitation): Promise<void> {
      if (!/^\+\d{8,15}$/.test(mobile)) throw new Undelivered("The mobile number is malformed.", true);
      const filled = Object.entries(fields).map(([name, value]) => [
        name,
        fill(value, mobile, shortMessage(invitation)),
      ]);
      const response = await post(url, {
        method: "POST",
        headers: { ...headers, "content-type": form === "json" ? "application/json" : FORM_TYPE },
        body: form === "json" ? JSON.stringify(Object.fromEntries(filled)) : new URLSearchParams(filled).toString(),
        // What it redirects to was not vetted, and headers hold a secret.
        redirect: "error",
        signal: AbortSignal.timeout(patienceMs),
      });
      await response.body?.cancel();
      if (!response.ok)
        throw new Undelivered(`The SMS gateway answered ${response.status}.`, FOR_GOOD.includes(response.status));
    },
  };
}

const FORM_TYPE = "application/x-www-form-urlencoded";

/** One pass: what is filled in is not looked at again. */
const fill = (value: string, to: string, text: string): string =>
  value.replace(/\{(to|text)\}/g, (_, name) => (name === "to" ? to : text));

async function post(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (cause) {
    throw new Undelivered("The SMS gateway could not be reached, or took too long.", false, { cause });
  }
}
