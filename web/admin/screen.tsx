import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../locales/language.ts";
import { Icon } from "../view/icon.tsx";
import type { Asked, Pages } from "./asked.ts";
import { adminWords } from "./furnish.ts";
import { leave, place } from "./place.ts";
import { whyNot } from "./said.ts";

interface Props {
  title: string;
  /** buttons beside the title */
  tools?: ComponentChildren;
  note?: string;
  children: ComponentChildren;
}

/** A page of the administration: its heading takes the focus, so that a screen reader says where one is. */
export function Screen({ title, tools, note, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Beep`;
  }, [title]);
  useEffect(() => heading.current?.focus(), []);
  const top = place.value.section === "overview";
  return (
    <div class="admin-screen">
      <header class="bar admin-bar">
        <button
          type="button"
          class={`plain back${top ? " top" : ""}`}
          aria-label={top ? adminWords.value.toConversations : words.value.back}
          onClick={leave}
        >
          <Icon sign="back" flip />
        </button>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {tools}
      </header>
      <div class="admin-page">
        {note && <p class="hint admin-note">{note}</p>}
        {children}
      </div>
    </div>
  );
}

/** What stands in the place of an answer: that it is on its way, or why it did not come. */
export function Pending({ asked }: { asked: Pick<Asked<unknown>, "data" | "error" | "busy" | "again"> }) {
  const w = adminWords.value;
  if (asked.error)
    return (
      <div class="admin-trouble" role="alert">
        <p dir="auto">{whyNot(asked.error)}</p>
        <button type="button" class="secondary" onClick={asked.again}>
          {w.tryAgain}
        </button>
      </div>
    );
  if (asked.data !== null) return null;
  return (
    <p class="hint" aria-busy="true">
      {w.loading}
    </p>
  );
}

/** An empty list says what to do. */
export function Empty({ text, hint, children }: { text: string; hint?: string; children?: ComponentChildren }) {
  return (
    <div class="empty admin-empty">
      <h2>{text}</h2>
      {hint && <p>{hint}</p>}
      {children}
    </div>
  );
}

/** What stands below a list: the way to more of it. */
export function More({ pages }: { pages: Pages<unknown> }) {
  const w = adminWords.value;
  const { data, total, more } = pages;
  if (!data || (data.length === 0 && !more)) return null;
  return (
    <div class="admin-more">
      <p class="hint" role="status">
        {total === undefined ? w.shown(data.length) : w.shownOf(data.length, total)}
      </p>
      {more && (
        <button type="button" class="secondary" onClick={more}>
          {w.more}
        </button>
      )}
    </div>
  );
}
