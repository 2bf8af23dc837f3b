import { reason } from "../reason.ts";
import { callWords } from "./words.ts";

/**
 * Words for what went wrong in a call: of a device by what is wrong with it, else by the error's code. "" where the
 * person merely picked no screen, which browsers report as forbidden.
 */
export function callReason(error: unknown): string {
  const c = callWords.peek();
  const { what, trouble } = (error ?? {}) as { what?: string; trouble?: keyof typeof c.trouble };
  if (!trouble) return reason(error ?? {});
  if (what === "screen") return trouble === "denied" ? "" : c.noScreen;
  return c.trouble[trouble];
}
