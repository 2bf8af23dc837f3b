import { useEffect, useState } from "preact/hooks";
import type { Door } from "#protocol/enrol";
import type { SelfAct, SelfAnswer } from "#protocol/self";
import { readDoor } from "../enter/door.ts";
import { words } from "../locales/language.ts";
import type { AppModel } from "../model/contract.ts";
import { useModel } from "../view/app-context.ts";
import { reason } from "../view/reason.ts";
import { securityWords } from "./words.ts";

type Kind = SelfAnswer["answer"];

/** Asks the node about one's own affairs. @throws Refusal */
export async function ask<K extends Kind>(
  app: AppModel,
  act: SelfAct,
  kind: K,
): Promise<Extract<SelfAnswer, { answer: K }>> {
  const said = await app.request({ t: "self", act });
  const answer = "t" in said && said.t === "self" ? said.answer : undefined;
  if (answer?.answer !== kind) throw new Error(words.peek().failed);
  return answer as Extract<SelfAnswer, { answer: K }>;
}

/** Words for what went wrong; `fix` says in the reader's language what the node says in English of what was typed. */
export function why(error: unknown, fix = ""): string {
  const { name, code } = error as { name?: string; code?: string };
  const w = securityWords.peek();
  if (name === "NotAllowedError" || name === "AbortError") return w.passkeyStopped;
  if (name === "InvalidStateError") return w.passkeyThere;
  if (code === "offline") return w.offline;
  if (code === "elsewhere") return w.elsewhere;
  if (fix && (code === "fix" || code === "conflict") && words.peek().lang !== "en") return fix;
  return words.peek().lang === "en" ? (error as Error).message || reason(error) : reason(error);
}

/** What the node's door takes; null until it has said so, and where it does not. */
export function useDoor(): Door | null {
  const [door, setDoor] = useState<Door | null>(null);
  useEffect(() => {
    readDoor().then(setDoor, () => {});
  }, []);
  return door;
}

/** One act at a time, with its trouble in words. */
export function useDeed() {
  const app = useModel();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const deed = async (work: () => Promise<unknown>, fix = ""): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setTrouble("");
    try {
      await work();
      return true;
    } catch (error) {
      setTrouble(why(error, fix));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { app, busy, trouble, setTrouble, deed };
}
