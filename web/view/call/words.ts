import { effect, signal } from "@preact/signals";
import { type CallWords, en } from "../../locales/call/en.ts";
import { words } from "../../locales/language.ts";
import sheet from "../../styles/call.css?url";

/** The words of calls in the language of the rest. */
export const callWords = signal<CallWords>(en);

async function follow(lang: string): Promise<void> {
  const next = lang === "ur" ? (await import("../../locales/call/ur.ts")).ur : en;
  if (words.value.lang === lang) callWords.value = next;
}

const styled = () =>
  new Promise<void>((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = sheet;
    link.onload = link.onerror = () => done();
    document.head.append(link);
  });

async function prepare(): Promise<void> {
  const css = styled();
  effect(() => void follow(words.value.lang).catch(() => {}));
  await Promise.all([css, follow(words.value.lang).catch(() => {})]);
}

let ready: Promise<void> | null = null;

/** Words and looks of calls, fetched once; English stands in where another language does not come. */
export const callReady = (): Promise<void> => (ready ??= prepare());
