import { type Language, words } from "../locales/language.ts";
import { choose, language } from "./preferences.ts";

export function Languages() {
  const each: [Language, string][] = [
    ["en", "English"],
    ["ur", "اردو"],
  ];
  return (
    <div class="choices" role="toolbar" aria-label={words.value.language}>
      {each.map(([code, name]) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={language.value === code}
          onClick={() => void choose(code)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
