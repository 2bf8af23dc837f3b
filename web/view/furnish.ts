import { effect, type Signal } from "@preact/signals";
import { words } from "../locales/language.ts";

const dress = (href: string) =>
  new Promise<void>((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    // Without its style a part is plain, and still of use.
    link.onload = link.onerror = () => done();
    document.head.append(link);
  });

/**
 * How a part that loads on demand comes by its words and its look: once, and afterwards the words follow the language.
 * @param said the part's words, English at first @param urdu fetches the others @param sheet address of its style, where it has one
 */
export function furniture<W>(said: Signal<W>, urdu: () => Promise<W>, sheet?: string): () => Promise<unknown> {
  const en = said.peek();
  let furnished: Promise<unknown> | null = null;
  const speak = async (lang: string): Promise<void> => {
    const next = lang === "ur" ? await urdu() : en;
    if (words.peek().lang === lang) said.value = next;
  };
  return () => {
    if (!furnished) {
      let first: Promise<void> = Promise.resolve();
      effect(() => {
        first = speak(words.value.lang).catch(() => {});
      });
      furnished = Promise.all([first, sheet && dress(sheet)]);
    }
    return furnished;
  };
}
