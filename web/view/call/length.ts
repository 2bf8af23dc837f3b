import type { CallWords } from "../../locales/call/en.ts";

/** "0:07", "12:34", "1:02:03". @param ms milliseconds */
export function timer(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** "1 hour 5 minutes", "42 minutes", "8 seconds": a length in words, as exact as one says it. */
export function lengthWords(ms: number, c: CallWords): string {
  const all = Math.max(0, Math.round(ms / 1000));
  if (all < 60) return c.seconds(all);
  const minutes = Math.round(all / 60);
  const hours = Math.floor(minutes / 60);
  if (!hours) return c.minutes(minutes);
  return c.and([c.hours(hours), ...(minutes % 60 ? [c.minutes(minutes % 60)] : [])]);
}

/** The security code as it is read aloud: groups of four digits. */
export const groups = (code: string): string[] => code.match(/.{1,4}/g) ?? [];
