import { useModel } from "../view/app-context.ts";
import { since } from "../view/format.ts";
import { langOf } from "../view/script.ts";
import { nameOf } from "../view/who.ts";
import type { Shown } from "./messages.ts";
import { contactWords } from "./words.ts";

/** Bare text. @param named with its writer, where there are several */
export function Message({ message, named }: { message: Shown; named: boolean }) {
  const app = useModel();
  const w = contactWords.value;
  const { text, sender, at } = message;
  return (
    <>
      <span class="quiet">
        {named && (
          <>
            <bdi>{nameOf(app, sender)}</bdi> ·{" "}
          </>
        )}
        {since(at)}
      </span>
      <p dir="auto" lang={text === null ? undefined : langOf(text)} class={text === null ? "quiet" : "contacts-text"}>
        {text === null ? w.notText : text}
      </p>
    </>
  );
}
