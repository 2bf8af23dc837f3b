import type { ChangeProof } from "#protocol/change";
import type { SelfAct, SelfAnswer } from "#protocol/self";
import { useState } from "preact/hooks";
import { words } from "../locales/language.ts";
import type { AppModel } from "../model/contract.ts";
import { useModel } from "./app-context.ts";

type Kind = SelfAnswer["answer"];

/** Asks one's own province's node about one's own affairs, and takes that kind of answer. @throws Refusal */
export async function askSelf<K extends Kind>(
  app: AppModel,
  act: SelfAct,
  kind: K,
  proof?: ChangeProof,
): Promise<Extract<SelfAnswer, { answer: K }>> {
  const said = await app.request({ t: "self", act, ...(proof && { proof }) });
  const answer = "t" in said && said.t === "self" ? said.answer : undefined;
  if (answer?.answer !== kind) throw new Error(words.peek().failed);
  return answer as Extract<SelfAnswer, { answer: K }>;
}

/** One act at a time, with its trouble in words. @param why the words; what else a deed is given goes to them as well */
export function useDeedWith<More extends unknown[]>(why: (error: unknown, ...more: More) => string) {
  const app = useModel();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const deed = async (work: () => Promise<unknown>, ...more: More): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setTrouble("");
    try {
      await work();
      return true;
    } catch (error) {
      setTrouble(why(error, ...more));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { app, busy, trouble, setTrouble, deed };
}
