import { words } from "../locales/language.ts";

const made = new Map<string, Intl.DateTimeFormat>();

/** Formatters are slow to make on an old phone, so each is made once. */
function formatter(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const full = words.value.intl + key;
  const known = made.get(full);
  if (known) return known;
  const fresh = new Intl.DateTimeFormat(words.value.intl, options);
  made.set(full, fresh);
  return fresh;
}

/** "14:05" on the reader's own clock. */
export const clock = (ms: number): string =>
  formatter("t", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);

/** Midnight before the moment, which tells days apart. */
export const dayOf = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** "Today", "Yesterday", "Tuesday", "3 March", "3 March 2025". */
export function day(ms: number, now = Date.now()): string {
  const ago = Math.round((dayOf(now) - dayOf(ms)) / 86_400_000);
  if (ago === 0) return words.value.today;
  if (ago === 1) return words.value.yesterday;
  if (ago > 1 && ago < 7) return formatter("w", { weekday: "long" }).format(ms);
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  if (sameYear) return formatter("d", { day: "numeric", month: "long" }).format(ms);
  return formatter("y", { day: "numeric", month: "long", year: "numeric" }).format(ms);
}

/** What stands beside a conversation: the time today, else the day in short. */
export function when(ms: number, now = Date.now()): string {
  const ago = Math.round((dayOf(now) - dayOf(ms)) / 86_400_000);
  if (ago <= 0) return clock(ms);
  if (ago === 1) return words.value.yesterday;
  if (ago < 7) return formatter("s", { weekday: "short" }).format(ms);
  return formatter("m", { day: "numeric", month: "short" }).format(ms);
}

/** The moment in full, for a tooltip or a detail; with the day when it is not today. */
export function since(ms: number, now = Date.now()): string {
  return dayOf(ms) === dayOf(now) ? clock(ms) : `${day(ms, now)} ${clock(ms)}`;
}
