import type { Bilingual } from "#protocol/directory";
import { words } from "../locales/language.ts";

/** Without the controls by which a name could turn the direction of the text around it. */
export const clean = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");

/** In the reader's language, or in the other one when that is all there is. */
export function told(text: Bilingual | undefined): string {
  if (!text) return "";
  return clean(words.value.lang === "ur" ? text.ur || text.en : text.en || text.ur);
}

/** Without the title that stands before it: what one calls a person in a narrow place. */
export const shortName = (name: string): string => nameParts(name)[0] ?? name;

const nameParts = (name: string): string[] =>
  name.split(/\s+/).filter((part) => !/^(\(.*|(dr|mr|ms|mrs|ڈاکٹر|syed|سید)\.?)$/i.test(part));

/** A name to stand inside a sentence of either direction. */
export const isolated = (text: string): string => `\u2068${clean(text)}\u2069`;

/** First letters of the first and last word, which is what an avatar shows. */
export function initials(name: string): string {
  const parts = nameParts(name);
  const first = Array.from(parts[0] ?? "")[0] ?? "";
  const last = parts.length > 1 ? (Array.from(parts[parts.length - 1] as string)[0] ?? "") : "";
  return /[\u0600-\u06ff]/.test(first) ? first : (first + last).toUpperCase();
}

/** For comparing what is typed with a name: case, spaces and the spellings of one Arabic letter do not count. */
export const plain = (text: string): string =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f\u064b-\u0655\u200c\u200d]/g, "")
    .replace(/[يى]/g, "ی")
    .replace(/ك/g, "ک")
    .replace(/[هۃة]/g, "ہ")
    .replace(/\s+/g, " ")
    .trim();
