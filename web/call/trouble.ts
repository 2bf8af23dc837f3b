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

const WHAT = { mic: "microphone", camera: "camera", screen: "screen", call: "call" } as const;
type What = keyof typeof WHAT;

/** Something of the person's own machine, and no answer of a node: its code alone would be told as one. */
class DeviceRefusal extends Refusal {
  constructor(
    code: Refusal["code"],
    message: string,
    readonly what: What,
    readonly trouble: Trouble | "unsupported",
  ) {
    super(code, message);
  }
}

/** Words for a device that cannot be had. */
export function refused(what: Exclude<What, "call">, error: unknown): DeviceRefusal {
  const name = WHAT[what];
  const trouble = troubleOf(error);
  const say = (code: Refusal["code"], message: string) => new DeviceRefusal(code, message, what, trouble);
  if (trouble === "denied")
    return say("forbidden", `The ${name} may not be used here. Allow it in the browser's settings.`);
  if (trouble === "busy") return say("wait", `Another program uses the ${name}. Close it and try again.`);
  return say("fix", `No ${name} was found.`);
}

/** @throws Refusal that says kindly why no call can be made on this device */
export function mustBeAble(rtc: Rtc): void {
  const trouble = rtc.trouble();
  if (trouble === "insecure")
    throw new DeviceRefusal(
      "update",
      "Calls need a secure address. Open this page by its https address.",
      "call",
      trouble,
    );
  if (trouble === "unsupported")
    throw new DeviceRefusal(
      "update",
      "This browser is too old for calls. Messages work; for calls use a newer browser.",
      "call",
      trouble,
    );
}
