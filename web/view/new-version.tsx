import { signal } from "@preact/signals";
import { words } from "../locales/language.ts";

/** Set by the service worker's keeper: call it to take the new version over. */
export const newVersion = signal<(() => void) | null>(null);

/** Offers the version that has been fetched, also to one who has not signed in yet. */
export function NewVersion() {
  const w = words.value;
  const take = newVersion.value;
  return take ? (
    <p class="banner">
      <span>{w.newVersion}</span>
      <button type="button" onClick={take}>
        {w.reload}
      </button>
    </p>
  ) : null;
}
