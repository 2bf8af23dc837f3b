import { effect, signal } from "@preact/signals";
import { type AdminWords, en } from "../locales/admin/en.ts";
import { words } from "../locales/language.ts";
import style from "../styles/admin.css?url";

/** The words of administration in the language in use. They and their style come with the first page that needs them. */
export const adminWords = signal<AdminWords>(en);

let furnished: Promise<unknown> | null = null;

async function speak(lang: string): Promise<void> {
  const next = lang === "ur" ? (await import("../locales/admin/ur.ts")).ur : en;
  if (words.value.lang === lang) adminWords.value = next;
}

const dress = () =>
  new Promise<void>((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = style;
    link.onload = link.onerror = () => done();
    document.head.append(link);
  });

/** Answers when words and style are there; afterwards the words follow the language by themselves. */
export function furnish(): Promise<unknown> {
  if (!furnished) {
    let first: Promise<void> = Promise.resolve();
    effect(() => {
      first = speak(words.value.lang).catch(() => {});
    });
    furnished = Promise.all([first, dress()]);
  }
  return furnished;
}
