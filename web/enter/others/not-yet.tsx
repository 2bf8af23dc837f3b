import { useEffect, useRef } from "preact/hooks";
import { words } from "../../locales/language.ts";
import { Icon } from "../../view/icon.tsx";
import { dateWords, wallOf } from "../../view/meet/pakistan-time.ts";
import { notYet } from "../trouble.ts";
import { enterWords } from "../words.ts";

/** A kind word for one whose wave has not opened: when it does, and what to do until then. */
export function NotYet() {
  const opens = notYet.value?.opens ?? null;
  const w = enterWords.value;
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <section class="not-yet">
      <Icon sign="waiting" />
      <h2 ref={head} tabIndex={-1}>
        {w.notYet}
      </h2>
      <p class="when">
        {opens === null ? w.notYetSoon : w.notYetOn(dateWords(opens, Date.now(), words.value.intl), wallOf(opens).time)}
      </p>
      <h3>{w.meanwhile}</h3>
      <ul>
        <li>{w.meanwhileKeep}</li>
        <li>{w.meanwhileNew}</li>
        <li>{w.meanwhileWork}</li>
      </ul>
      <button type="button" class="secondary wide" onClick={() => (notYet.value = null)}>
        {w.again}
      </button>
    </section>
  );
}
