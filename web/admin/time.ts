import { words } from "../locales/language.ts";
import { wallOf } from "../view/meet/pakistan-time.ts";

const made = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions, intl: string): Intl.DateTimeFormat {
  const key = intl + JSON.stringify(options);
  const known = made.get(key) ?? new Intl.DateTimeFormat(intl, { timeZone: "Asia/Karachi", ...options });
  made.set(key, known);
  return known;
}

/** "24 Nov 2026", by clocks in Pakistan. @param intl the reader's language where none is named */
export const dateOf = (ms: number, intl = words.value.intl): string =>
  formatter({ day: "numeric", month: "short", year: "numeric" }, intl).format(ms);

/** "24 Nov 2026, 14:05", by clocks in Pakistan; the time keeps its own direction. */
export const momentOf = (ms: number, intl = words.value.intl): string =>
  `${dateOf(ms, intl)}${intl.startsWith("ur") ? "، " : ", "}\u2066${wallOf(ms).time}\u2069`;
