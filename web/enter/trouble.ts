import { signal } from "@preact/signals";
import type { Refusal } from "../net/refusal.ts";
import { reason } from "../view/reason.ts";
import type { Way } from "./ways.ts";
import { enterWords } from "./words.ts";

/** The wave that is open is another one; `opens`: when one's own does, null while no date is set. */
export const notYet = signal<{ opens: number | null } | null>(null);

/** Words for why nobody came in. What is wrong with name or secret is never told apart. */
export function troubleOf(way: Way, error: unknown): string {
  const w = enterWords.value;
  const { name, code, retryAfter, said } = error as Refusal;
  if (said?.opens !== undefined) {
    notYet.value = { opens: said.opens };
    return "";
  }
  if (name === "NotAllowedError" || name === "AbortError") return w.passkeyStopped;
  if (name === "SecurityError") return w.passkeyUnfit;
  switch (code) {
    case "fix":
    case "forbidden":
    case "sign-in":
      return w.refused[way];
    case "conflict":
      return w.tooManyDevices;
    case "wait":
      return retryAfter ? w.tooMany(Math.ceil(retryAfter / 1000)) : reason(error);
    default:
      return reason(error);
  }
}
