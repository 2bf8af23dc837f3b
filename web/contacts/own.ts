import type { ContactAct } from "#protocol/contact";
import type { SelfAnswer } from "#protocol/self";
import { useState } from "preact/hooks";
import { words } from "../locales/language.ts";
import type { AppModel } from "../model/contract.ts";
import { useModel } from "../view/app-context.ts";
import { reason } from "../view/reason.ts";
import { contactWords } from "./words.ts";

type Kind = SelfAnswer["answer"];

/** Asks one's own province's node. @throws Refusal */
export async function ask<K extends Kind>(
  app: AppModel,
  act: ContactAct,
  kind: K,
): Promise<Extract<SelfAnswer, { answer: K }>> {
  const said = await app.request({ t: "self", act });
  const answer = "t" in said && said.t === "self" ? said.answer : undefined;
  if (!answer || answer.answer !== kind) throw new Error(words.peek().failed);
  return answer as Extract<SelfAnswer, { answer: K }>;
}

/** Words for what went wrong. */
function why(error: unknown): string {
  const { code } = error as { code?: string };
  const w = contactWords.peek();
  if (code === "elsewhere") return w.elsewhere;
  return code === "wait" ? w.often : reason(error);
}

/** One act at a time, with its trouble in words. */
export function useDeed() {
  const app = useModel();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const deed = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setTrouble("");
    try {
      await work();
      return true;
    } catch (error) {
      setTrouble(why(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { app, busy, trouble, deed };
}
