import { useEffect, useState } from "preact/hooks";
import { isChange } from "#protocol/change";
import type { Door } from "#protocol/enrol";
import type { SelfAct, SelfAnswer } from "#protocol/self";
import { readDoor } from "../enter/door.ts";
import { words } from "../locales/language.ts";
import type { AppModel } from "../model/contract.ts";
import { askSelf, useDeedWith } from "../view/affair.ts";
import { reason } from "../view/reason.ts";
import { proofOf } from "./proof.ts";
import { securityWords } from "./words.ts";

type Kind = SelfAnswer["answer"];

/** Asks the node about one's own affairs; a change of who can come in goes with the proof that it needs. @throws Refusal */
export async function ask<K extends Kind>(
  app: AppModel,
  act: SelfAct,
  kind: K,
): Promise<Extract<SelfAnswer, { answer: K }>> {
  if (!isChange(act)) return askSelf(app, act, kind);
  const asked = await askSelf(app, { do: "prove" }, "prove");
  const proof = await proofOf(app, act, asked);
  return askSelf(app, act, kind, proof).catch((error) => {
    throw error.code === "forbidden" && asked.asks.length > 0
      ? Object.assign(new Error(), { code: "unproven" })
      : error;
  });
}

/** Words for what went wrong; `fix` says in the reader's language what the node says in English of what was typed. */
export function why(error: unknown, fix = ""): string {
  const { name, code } = error as { name?: string; code?: string };
  const w = securityWords.peek();
  if (name === "NotAllowedError" || name === "AbortError") return w.passkeyStopped;
  if (name === "InvalidStateError") return w.passkeyThere;
  if (code === "offline") return w.offline;
  if (code === "unproven") return w.unproven;
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

export const useDeed = () => useDeedWith(why);
