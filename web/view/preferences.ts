import { effect, signal } from "@preact/signals";
import { type Language, speak } from "../locales/language.ts";
import { urduFont } from "./urdu-font.ts";

export type Theme = "system" | "light" | "dark";
export type TextSize = "small" | "normal" | "large" | "huge";

interface Preferences {
  language: Language;
  theme: Theme;
  size: TextSize;
}

/** Milliseconds that the first screen in Urdu waits for its letters. */
const PATIENCE = 600;
const KEY = "beep.preferences";

function stored(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
  } catch {
    return {};
  }
}

const first = stored();
const spoken = (navigator.languages ?? [navigator.language]).some((tag) => /^(ur|sd|ps|skr)\b/.test(tag));

export const language = signal<Language>(first.language ?? (spoken ? "ur" : "en"));
export const theme = signal<Theme>(first.theme ?? "system");
export const size = signal<TextSize>(first.size ?? "normal");

const CHROME = { light: "#f3f5f5", dark: "#10171a" };

/** Keeps page and storage in step with the preferences; answers when the first words are there. */
export async function applyPreferences(): Promise<void> {
  effect(() => {
    const root = document.documentElement;
    root.dataset.theme = theme.value;
    root.dataset.size = size.value;
    const chosen = theme.value;
    document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]").forEach((meta, i) => {
      meta.content = CHROME[chosen === "system" ? (i ? "dark" : "light") : chosen];
    });
    try {
      localStorage.setItem(KEY, JSON.stringify({ language: language.value, theme: theme.value, size: size.value }));
    } catch {
      // a browser that keeps nothing still works for this visit
    }
  });
  if (language.value !== "en") await choose(language.value);
}

/** Falls back to the words that are there when the others cannot be fetched. */
export async function choose(next: Language): Promise<void> {
  try {
    const font = next === "ur" ? Promise.race([urduFont(), new Promise((late) => setTimeout(late, PATIENCE))]) : null;
    await Promise.all([speak(next), font]);
    language.value = next;
  } catch {
    language.value = "en";
  }
}
