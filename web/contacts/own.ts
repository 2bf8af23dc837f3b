import { useDeedWith } from "../view/affair.ts";
import { reason } from "../view/reason.ts";
import { contactWords } from "./words.ts";

export { askSelf as ask } from "../view/affair.ts";

/** Words for what went wrong. */
function why(error: unknown): string {
  const { code } = error as { code?: string };
  const w = contactWords.peek();
  if (code === "elsewhere") return w.elsewhere;
  return code === "wait" ? w.often : reason(error);
}

export const useDeed = () => useDeedWith(why);
