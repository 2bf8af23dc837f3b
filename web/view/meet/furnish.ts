import { effect, signal } from "@preact/signals";
import { words } from "../../locales/language.ts";
import { en, type MeetWords } from "../../locales/meet/en.ts";
import style from "./meet.css?url";

/** The words of conferences in the language in use. They and their style come with the first part that needs them. */
export const meetWords = signal<MeetWords>(en);

let furnished: Promise<unknown> | null = null;

async function speak(lang: string): Promise<void> {
  const next = lang === "ur" ? (await import("../../locales/meet/ur.ts")).ur : en;
  if (words.value.lang === lang) meetWords.value = next;
}

const dress = () =>
  new Promise<void>((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = style;
    // Without its style it is plain, and still of use.
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
