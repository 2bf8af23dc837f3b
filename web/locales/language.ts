import { signal } from "@preact/signals";
import { type Words, en } from "./en.ts";

export type Language = "en" | "ur";

/** The words in use. English comes with the first load; any other language is fetched when it is chosen. */
export const words = signal<Words>(en);

/** Switches language and direction of the page at once when its words are here; rejects when they cannot be fetched. */
export async function speak(language: Language): Promise<void> {
  words.value = language === "ur" ? (await import("./ur.ts")).ur : en;
  const root = document.documentElement;
  root.lang = words.value.lang;
  root.dir = words.value.dir;
}
