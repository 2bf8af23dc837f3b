import { Refusal } from "../net/refusal.ts";
import type { Rtc } from "../platform/rtc.ts";
import type { Preview } from "./contract.ts";

export type Trouble = Preview["trouble"]["value"];

/** What a refused microphone, camera or screen means (Media Capture and Streams, getUserMedia). */
export function troubleOf(error: unknown): Trouble {
  const name = (error as { name?: string } | undefined)?.name;
  if (name === "NotAllowedError" || name === "SecurityError" || name === "PermissionDeniedError") return "denied";
  if (name === "NotReadableError" || name === "AbortError" || name === "TrackStartError") return "busy";
  return "missing";
}

const WHAT = { mic: "microphone", camera: "camera", screen: "screen" } as const;

/** Words for a device that cannot be had. */
export function refused(what: keyof typeof WHAT, error: unknown): Refusal {
  const name = WHAT[what];
  const trouble = troubleOf(error);
  if (trouble === "denied")
    return new Refusal("forbidden", `The ${name} may not be used here. Allow it in the browser's settings.`);
  if (trouble === "busy") return new Refusal("wait", `Another program uses the ${name}. Close it and try again.`);
  return new Refusal("fix", `No ${name} was found.`);
}

/** @throws Refusal that says kindly why no call can be made on this device */
export function mustBeAble(rtc: Rtc): void {
  const trouble = rtc.trouble();
  if (trouble === "insecure")
    throw new Refusal("update", "Calls need a secure address. Open this page by its https address.");
  if (trouble === "unsupported")
    throw new Refusal("update", "This browser is too old for calls. Messages work; for calls use a newer browser.");
}
