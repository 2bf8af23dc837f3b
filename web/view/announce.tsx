import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { words } from "../locales/language.ts";
import { useModel } from "./app-context.ts";
import { Icon } from "./icon.tsx";

const spoken = signal("");
const toast = signal<string | null>(null);
let timer = 0;

/** Says something to a screen reader only. */
export function announce(text: string): void {
  // the same words twice are said twice only when the text differs
  spoken.value = spoken.value === text ? `${text}\u00a0` : text;
}

/** Shows a short sentence at the bottom for some seconds, and says it. */
export function tell(text: string): void {
  toast.value = text;
  announce(text);
  clearTimeout(timer);
  timer = setTimeout(() => {
    toast.value = null;
  }, 5000) as unknown as number;
}

export function Announcer() {
  const app = useModel();
  const notice = app.notice.value;
  const text = notice ? (words.value.notices[notice.code] ?? notice.text) : toast.value;
  useEffect(() => {
    if (!notice) return;
    announce(text ?? "");
    const id = setTimeout(() => app.dismiss(), 12_000);
    return () => clearTimeout(id);
  }, [notice]);
  const close = () => {
    toast.value = null;
    app.dismiss();
  };
  return (
    <>
      <div class="sr" role="status" aria-live="polite">
        {spoken.value}
      </div>
      {text && (
        <aside class="toast">
          <span dir="auto">{text}</span>
          <button type="button" class="plain" aria-label={words.value.close} onClick={close}>
            <Icon sign="close" />
          </button>
        </aside>
      )}
    </>
  );
}
